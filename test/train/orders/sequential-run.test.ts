/** A training of one module after the other, from the first epoch to the last: events, records, checkpoints, kept outputs. */
import { expect, test } from "vitest";
import { openDataset } from "../../../runtime/data/index.ts";
import type { StepProgram } from "../../../runtime/program/step-program.ts";
import type { EpochRecord, TrainingEvent } from "../../../runtime/train/loop/index.ts";
import { findCheckpoint, isTrainingError } from "../../../runtime/train/loop/index.ts";
import { compileText } from "../../support/train-text.ts";
import { bitsOf, openTrainer, temporaryDirectory, trainInto, withoutEngine } from "../support/training.ts";

function digits(train: string, { heads = "local: greedy  last: classifier", batch = 128 } = {}): StepProgram {
  return compileText(`
    import { mlp }                from "std/backbones"
    import { classifier, greedy } from "std/heads"
    model digits {
      input [64]  classes 10  backbone mlp(widths = [48, 32, 24])
      split after layer[1], layer[2]
      heads { ${heads} }
      train {
        optimizer: adam  rate: cosine(peak = 0.01, warmup = 1, start = 0.002, per = "step")
        batch: ${batch}  epochs: 2  seed: 1  order: sequential  ${train}
      }
    }`);
}

async function bundled() {
  const { dataset, error } = await openDataset("digits", { classes: 10 });
  if (dataset === null) throw new Error(error.message);
  return dataset;
}

function only<Kind extends TrainingEvent["kind"]>(events: readonly TrainingEvent[], kind: Kind) {
  return events.filter((event): event is Extract<TrainingEvent, { kind: Kind }> => event.kind === kind);
}

function withoutTimes(records: readonly EpochRecord[]): unknown {
  return records.map(({ seconds: _, imagesPerSecond: __, test: { seconds: ___, ...test }, ...record }) => ({
    ...record,
    test,
  }));
}

test.skipIf(withoutEngine)(
  "every module is trained for all epochs, its rate begins anew, and reports hold what there is",
  async () => {
    const program = digits("", { batch: 32 });
    const dataset = await bundled();
    const { outcome, events } = await trainInto(temporaryDirectory(), await openTrainer(program), { dataset });
    expect(outcome.reason).toBe("finished");
    expect(only(events, "phase")).toEqual([
      { kind: "phase", phase: 1, phases: 3, module: 1, epochs: [1, 2] },
      expect.objectContaining({ phase: 2, module: 2, epochs: [3, 4] }),
      expect.objectContaining({ phase: 3, module: 3, epochs: [5, 6] }),
    ]);
    expect(only(events, "phase")[1]?.note).toBe("the modules before it run in every step: the recipe has no `cache`");
    const { epochs } = outcome.state;
    expect(epochs.map(({ epoch, module }) => [epoch, module])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 2],
      [5, 3],
      [6, 3],
    ]);
    for (const { module, losses, test } of epochs) {
      expect(Object.keys(losses)).toEqual([`module[${module}].classes`]);
      expect(Object.keys(test.losses)).toHaveLength(module as number);
      expect(Object.values(test.losses).every(Number.isFinite)).toBe(true);
      expect(test.accuracy).toBe(Object.values(test.accuracies).at(-1));
    }
    // The rates of the three phases are the same: each ends where the cosine does.
    const rates = only(events, "step").map(({ rate }) => rate);
    expect(rates).toHaveLength(3 * 90);
    expect(rates.slice(0, 90)).toEqual(rates.slice(90, 180));
    expect(rates.slice(0, 90)).toEqual(rates.slice(180));
    // A finished module answers as it did when it was finished.
    expect(epochs[5]?.test.accuracies["module[1].classifier"]).toBe(epochs[1]?.test.accuracies["module[1].classifier"]);
    expect(epochs[5]?.test.accuracy).toBeGreaterThan(0.5);
    expect(only(events, "step").at(-1)).toMatchObject({ epoch: 6, epochs: 6 });
  },
);

test.skipIf(withoutEngine)("kept outputs of finished modules teach what computed ones do", async () => {
  const [kept, computed] = [digits("cache: at most 2 MB"), digits("")];
  const dataset = await bundled();
  const [one, other] = [await openTrainer(kept), await openTrainer(computed)];
  const found = await trainInto(temporaryDirectory(), one, { dataset });
  const expected = await trainInto(temporaryDirectory(), other, { dataset });
  expect(only(found.events, "phase").map(({ note }) => note)).toEqual([
    undefined,
    "the outputs of the modules before it are kept: 0.3 MB", // 1,437 images of 48 numbers
    "the outputs of the modules before it are kept: 0.2 MB",
  ]);
  expect(only(found.events, "keeping").at(-1)).toMatchObject({ module: 3, share: 1 });
  const [last, reference] = [found.outcome.state.epochs.at(-1), expected.outcome.state.epochs.at(-1)];
  expect(last?.losses["module[3].classes"]).toBeCloseTo(reference?.losses["module[3].classes"] ?? 0, 4);
  expect(last?.test.losses["module[2].classes"]).toBeCloseTo(reference?.test.losses["module[2].classes"] ?? 0, 4);
});

test.skipIf(withoutEngine).each([
  ["cache: at most 20 KB", "their outputs take 0.3 MB, more than the 0.0 MB of `cache`"],
  ["cache: at most 2 MB  augment: [flip]", "augmentation makes every image a new one"],
])("with %s nothing is kept, and the run says why", async (train, reason) => {
  // Flattened images cannot be flipped by a plan of their own: the run need not get that far.
  const program = digits(train);
  const { events } = await trainInto(temporaryDirectory(), await openTrainer(program), {
    dataset: await bundled(),
    maxSteps: 25,
  });
  expect(only(events, "phase")[1]?.note).toBe(`the modules before it run in every step: ${reason}`);
  expect(only(events, "keeping")).toEqual([]);
});

test.skipIf(withoutEngine).each(["", "cache: at most 2 MB"])(
  "a run stopped in the middle of phase 2 and continued ends with the same bits (%s)",
  async (train) => {
    const program = digits(train);
    const dataset = await bundled();
    const whole = await openTrainer(program);
    const { outcome } = await trainInto(temporaryDirectory(), whole, { dataset });
    const directory = temporaryDirectory();
    const first = await trainInto(directory, await openTrainer(program), { dataset, maxSteps: 2 * 12 + 12 + 5 });
    expect(first.outcome.state).toMatchObject({ epoch: 4, step: 5 });
    const checkpoint = findCheckpoint(directory);
    if (isTrainingError(checkpoint)) throw new Error(checkpoint.message);
    const trainer = await openTrainer(program);
    await trainer.load(checkpoint.weights);
    const second = await trainInto(directory, trainer, { dataset, from: checkpoint.state });
    expect(only(second.events, "phase").map(({ phase }) => phase)).toEqual([2, 3]);
    expect(await bitsOf(trainer)).toEqual(await bitsOf(whole));
    expect(withoutTimes(second.outcome.state.epochs)).toEqual(withoutTimes(outcome.state.epochs));
  },
);

test.skipIf(withoutEngine)("a run stopped between two phases goes on with the next", async () => {
  const program = digits("");
  const dataset = await bundled();
  const whole = await openTrainer(program);
  await trainInto(temporaryDirectory(), whole, { dataset });
  const directory = temporaryDirectory();
  await trainInto(directory, await openTrainer(program), { dataset, maxSteps: 2 * 12 });
  const checkpoint = findCheckpoint(directory);
  if (isTrainingError(checkpoint)) throw new Error(checkpoint.message);
  expect(checkpoint.state).toMatchObject({ epoch: 3, step: 0 });
  const trainer = await openTrainer(program);
  await trainer.load(checkpoint.weights);
  await trainInto(directory, trainer, { dataset, from: checkpoint.state });
  expect(await bitsOf(trainer)).toEqual(await bitsOf(whole));
});

test.skipIf(withoutEngine)("a module whose head is off has no phase", async () => {
  const program = digits("", { heads: "1: greedy  2: off  last: classifier" });
  expect(program.phases?.map(({ module }) => module)).toEqual([1, 3]);
});
