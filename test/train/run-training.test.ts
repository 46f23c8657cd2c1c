import { expect, test } from "vitest";
import type { TrainingEvent } from "../../runtime/train/loop/index.ts";
import { findCheckpoint, isTrainingError } from "../../runtime/train/loop/index.ts";
import { trainingError } from "../../runtime/train/loop/training-error.ts";
import { openTrainer, smallProgram, temporaryDirectory, trainInto, withoutEngine } from "./support/training.ts";

function kinds(events: readonly TrainingEvent[]): string[] {
  return events.map(({ kind }) => kind);
}

test.skipIf(withoutEngine)(
  "an epoch reports its steps, its test, its record and a checkpoint, in this order",
  async () => {
    const trainer = await openTrainer(smallProgram({ epochs: 1 }));
    const { outcome, events } = await trainInto(temporaryDirectory(), trainer);
    expect(outcome.reason).toBe("finished");
    expect(kinds(events)).toEqual([
      "started",
      "checkpoint",
      ...["step", "step", "step", "step", "step"],
      ...["evaluation", "evaluation"],
      "epoch",
      "checkpoint",
      "stopped",
    ]);
  },
);

test.skipIf(withoutEngine)(
  "a record holds losses by name, the accuracy of every classifier and what was counted",
  async () => {
    const trainer = await openTrainer(smallProgram({ epochs: 6, rate: { kind: "constant", value: 0.1 } }));
    const { outcome } = await trainInto(temporaryDirectory(), trainer);
    const [first, ...later] = outcome.state.epochs;
    const last = later.at(-1);
    expect(Object.keys(first?.losses ?? {})).toEqual(["module[1].classes", "module[2].classes"]);
    expect(first?.train).toMatchObject({ steps: 5, samples: 50, rate: 0.1 });
    expect(first?.test.samples).toBe(20);
    expect(Object.keys(first?.test.accuracies ?? {})).toEqual(["module[1].classifier", "module[2].classifier"]);
    expect(last?.test.accuracy).toBe(last?.test.accuracies["module[2].classifier"]);
    // It learns: the synthetic classes are told apart by their patterns.
    expect(last?.losses["module[2].classes"]).toBeLessThan(0.8 * (first?.losses["module[2].classes"] ?? 0));
  },
);

test.skipIf(withoutEngine)(
  "the mean loss of an epoch counts every sample once, those of a short batch too",
  async () => {
    const trainer = await openTrainer(smallProgram({ epochs: 1 }));
    const sizes: number[] = [];
    const losses: number[] = [];
    const recording = {
      ...trainer,
      async step(batch: Parameters<typeof trainer.step>[0]) {
        const result = await trainer.step(batch);
        sizes.push(batch.label.length);
        losses.push(result.losses["module[1].classes"] ?? Number.NaN);
        return result;
      },
    };
    const { outcome } = await trainInto(temporaryDirectory(), trainer, { trainer: recording });
    expect(sizes).toEqual([12, 12, 12, 12, 2]);
    const mean = losses.reduce((sum, loss, step) => sum + loss * (sizes[step] ?? 0), 0) / 50;
    expect(outcome.state.epochs[0]?.losses["module[1].classes"]).toBeCloseTo(mean, 12);
  },
);

test.skipIf(withoutEngine)(
  "a loss that is not finite stops the run, names loss, module and step, and keeps the last checkpoint",
  async () => {
    const directory = temporaryDirectory();
    const trainer = await openTrainer(
      smallProgram({ epochs: 3, rate: { kind: "steps", initial: 0.05, factor: 1e30, at: [2], warmup: 0, start: 0 } }),
    );
    const { outcome } = await trainInto(directory, trainer);
    expect(outcome.reason).toBe("failed");
    expect(outcome.error?.code).toBe("LL6201");
    expect(outcome.error?.message).toMatch(
      /^the loss `module\[\d\]\.classes` of module \d .*became (NaN|Infinity) in step \d of epoch 2 \(step \d in all\)$/,
    );
    const checkpoint = findCheckpoint(directory);
    if (isTrainingError(checkpoint)) throw new Error(checkpoint.message);
    expect(checkpoint.state).toMatchObject({ epoch: 2, step: 0 });
    const fresh = await openTrainer(smallProgram());
    await fresh.load(checkpoint.weights);
    for (const values of (await fresh.weights()).values()) expect(values.every(Number.isFinite)).toBe(true);
  },
);

test.skipIf(withoutEngine)("weights that are not finite are not written over a checkpoint that is", async () => {
  const directory = temporaryDirectory();
  const trainer = await openTrainer(smallProgram({ epochs: 1 }));
  await trainInto(directory, trainer, { maxSteps: 2 });
  const [[address, values]] = [...(await trainer.weights())] as [[string, Float32Array]];
  await trainer.setWeights(new Map([[address, values.fill(Number.NaN)]]));
  const written = await trainInto(directory, trainer, { maxSteps: 0 });
  expect(written.outcome.error).toMatchObject({ code: "LL6202", message: expect.stringContaining(`\`${address}\``) });
  expect(findCheckpoint(directory)).toMatchObject({ state: { totalSteps: 2 } });
});

test.skipIf(withoutEngine)("a log that cannot be written stops the run", async () => {
  const full = trainingError(
    "LL8030",
    "the log could not be written: no space is left on the device",
    "free some space",
  );
  const trainer = await openTrainer(smallProgram());
  const { outcome } = await trainInto(temporaryDirectory(), trainer, {
    onEvent: (event) => (event.kind === "step" && event.step === 3 ? full : undefined),
  });
  expect(outcome).toMatchObject({ reason: "failed", error: full, state: { totalSteps: 3 } });
});
