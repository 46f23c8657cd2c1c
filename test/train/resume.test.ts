import { expect, test } from "vitest";
import type { EpochRecord, TrainingState } from "../../runtime/train/loop/index.ts";
import { findCheckpoint, isTrainingError } from "../../runtime/train/loop/index.ts";
import { bitsOf, openTrainer, smallProgram, temporaryDirectory, trainInto, withoutEngine } from "./support/training.ts";

/** Cosine per step, so that a rate taken at the wrong position would show. */
const program = smallProgram({ rate: { kind: "cosine", peak: 0.1, warmup: 1, start: 0.01, per: "step" } });

/** Wall-clock times differ between runs, nothing else does. */
function withoutTimes(records: readonly EpochRecord[]): unknown {
  return records.map(({ seconds: _, imagesPerSecond: __, test: { seconds: ___, ...test }, ...record }) => ({
    ...record,
    test,
  }));
}

async function trainWhole() {
  const trainer = await openTrainer(program);
  const { outcome } = await trainInto(temporaryDirectory(), trainer);
  return { bits: await bitsOf(trainer), epochs: withoutTimes(outcome.state.epochs) };
}

async function continueFrom(directory: string) {
  const checkpoint = findCheckpoint(directory);
  if (isTrainingError(checkpoint)) throw new Error(checkpoint.message);
  const trainer = await openTrainer(program);
  await trainer.load(checkpoint.weights);
  const { outcome } = await trainInto(directory, trainer, { from: checkpoint.state });
  return { bits: await bitsOf(trainer), epochs: withoutTimes(outcome.state.epochs), reason: outcome.reason };
}

test.skipIf(withoutEngine).each([1, 4, 5, 7])(
  "a run stopped after %i of 10 steps and continued ends with the same bits",
  async (steps) => {
    const whole = await trainWhole();
    const directory = temporaryDirectory();
    const first = await trainInto(directory, await openTrainer(program), { maxSteps: steps });
    expect(first.outcome.reason).toBe("step_limit");
    expect(first.outcome.state.totalSteps).toBe(steps);
    const { reason, ...continued } = await continueFrom(directory);
    expect(reason).toBe("finished");
    expect(continued).toEqual(whole);
  },
);

test.skipIf(withoutEngine)(
  "a run interrupted while it is being tested does the test again and ends with the same bits",
  async () => {
    const whole = await trainWhole();
    const directory = temporaryDirectory();
    let testing = false;
    const first = await trainInto(directory, await openTrainer(program), {
      stopRequested: () => testing,
      onEvent(event) {
        testing ||= event.kind === "evaluation";
        return undefined;
      },
    });
    expect(first.outcome.reason).toBe("interrupted");
    expect(first.outcome.state).toMatchObject({ epoch: 1, step: 5, epochs: [] } satisfies Partial<TrainingState>);
    const { reason: _, ...continued } = await continueFrom(directory);
    expect(continued).toEqual(whole);
  },
);

test.skipIf(withoutEngine)("a checkpoint written in the middle of an epoch changes nothing", async () => {
  const whole = await trainWhole();
  const trainer = await openTrainer(program);
  const { outcome, events } = await trainInto(temporaryDirectory(), trainer, { checkpointSeconds: 0 });
  expect(events.filter(({ kind }) => kind === "checkpoint").length).toBeGreaterThan(10);
  expect({ bits: await bitsOf(trainer), epochs: withoutTimes(outcome.state.epochs) }).toEqual(whole);
});
