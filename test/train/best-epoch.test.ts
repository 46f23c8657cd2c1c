/** The best epoch by validation: which it is, that its weights are kept, and that nothing but validation chooses it. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Dataset } from "../../runtime/data/index.ts";
import { createBatches, holdOut, openDataset } from "../../runtime/data/index.ts";
import type { EpochRecord, TrainingOptions, TrainingState } from "../../runtime/train/loop/index.ts";
import {
  bestEpoch,
  createCheckpointKeeper,
  findBest,
  findCheckpoint,
  isTrainingError,
  measure,
} from "../../runtime/train/loop/index.ts";
import type { Trainer } from "../../runtime/train/trainer.ts";
import { compileText } from "../support/train-text.ts";
import { recordOf } from "./support/records.ts";
import {
  bitsOf,
  openTrainer,
  smallDataset,
  smallProgram,
  temporaryDirectory,
  trainInto,
  withoutEngine,
} from "./support/training.ts";

const program = smallProgram({ epochs: 4, validation: 0.2 });

test("the highest validation accuracy is best, of equal ones the earliest, whatever the test says", () => {
  const records = [recordOf(1, 0.4, 0.99), recordOf(2, 0.6, 0.1), recordOf(3, 0.6, 0.9), recordOf(4, 0.5, 1)];
  expect(bestEpoch(program, records)?.epoch).toBe(2);
  expect(bestEpoch(program, records.slice(0, 1))?.epoch).toBe(1);
});

test("without validation images, or a head that classifies them, no epoch is best", () => {
  expect(bestEpoch(program, [recordOf(1), recordOf(2)])).toBeUndefined();
  expect(bestEpoch(program, [recordOf(1, Number.NaN)])).toBeUndefined();
  // As a checkpoint brings it back.
  const restored = JSON.parse(JSON.stringify([recordOf(1, Number.NaN), recordOf(2, 0.1)])) as EpochRecord[];
  expect(bestEpoch(program, restored)?.epoch).toBe(2);
});

test("of a sequential training only the last phase counts", () => {
  const phases = [{}, {}, {}] as unknown as NonNullable<typeof program.phases>;
  const records = [0.9, 0.9, 0.8, 0.8, 0.5, 0.6].map((accuracy, index) => recordOf(index + 1, accuracy));
  const sequential = { recipe: { ...program.recipe, epochs: 2 }, phases };
  expect(bestEpoch(sequential, records)?.epoch).toBe(6);
  expect(bestEpoch(sequential, records.slice(0, 4))).toBeUndefined();
});

/** Trains as the command line does, with the best epoch kept. */
async function trainRun(run: string, trainer: Trainer, options: Partial<TrainingOptions> = {}) {
  const keeper = createCheckpointKeeper(run, trainer.program, trainer);
  expect(keeper.begin(options.from)).toBeUndefined();
  return trainInto(run, trainer, { checkpoint: keeper.checkpoint, keepBest: keeper.keepBest, ...options });
}

function bestOf(run: string) {
  const best = findBest(run, program);
  if (isTrainingError(best)) throw new Error(best.message);
  return best;
}

async function bitsOfBest(run: string) {
  const trainer = await openTrainer(program);
  await trainer.load(bestOf(run).weights);
  return bitsOf(trainer);
}

test.skipIf(withoutEngine)(
  "an epoch learns from the rest, is measured on what is held out, and the best is kept",
  async () => {
    const run = temporaryDirectory();
    const trainer = await openTrainer(program);
    const { outcome, events } = await trainRun(run, trainer);
    const { epochs } = outcome.state;
    expect(epochs.map(({ train, validation, test }) => [train.samples, validation?.samples, test.samples])).toEqual(
      Array.from({ length: 4 }, () => [40, 10, 20]),
    );
    expect(events.some((event) => event.kind === "evaluation" && event.split === "validation")).toBe(true);
    const accuracies = epochs.map(({ validation }) => validation?.accuracy ?? Number.NaN);
    const best = bestOf(run);
    expect(best.epoch).toBe(1 + accuracies.indexOf(Math.max(...accuracies)));

    // The weights that are kept are those that were measured.
    await trainer.load(best.weights);
    const dataset = holdOut(await smallDataset(), 0.2);
    for (const split of ["validation", "test"] as const) {
      const { batch, seed, normalize } = program.recipe;
      const batches = createBatches({
        ...{ dataset, split, batch, epoch: 1, seed, shuffle: false, augment: [] },
        ...(normalize && { normalize }),
      });
      const again = await measure({ program, trainer, batches });
      expect(again?.accuracy).toBe(epochs[best.epoch - 1]?.[split]?.accuracy);
      expect(again?.losses).toEqual(epochs[best.epoch - 1]?.[split]?.losses);
    }
  },
);

test.skipIf(withoutEngine)("without `validation` nothing is measured on the way, and nothing kept", async () => {
  const run = temporaryDirectory();
  const plain = await openTrainer(smallProgram());
  const { outcome } = await trainRun(run, plain);
  expect(outcome.state.epochs.every((record) => !("validation" in record))).toBe(true);
  expect(existsSync(join(run, "best"))).toBe(false);
  expect(findBest(run, plain.program)).toMatchObject({
    code: "LL8032",
    message: expect.stringContaining("no best epoch"),
  });
});

test.skipIf(withoutEngine).each([
  { lost: "best", of: "the best epoch" },
  { lost: "checkpoint", of: "the best epoch" },
  { lost: "checkpoint", of: "the last epoch" },
])(
  "a run that dies before the $lost of $of is written ends with the same bits, the best as well",
  async ({ lost, of }) => {
    const whole = temporaryDirectory();
    const trainer = await openTrainer(program);
    await trainRun(whole, trainer);
    const fatal = of === "the last epoch" ? 4 : bestOf(whole).epoch;

    const run = temporaryDirectory();
    const dying = await openTrainer(program);
    const keeper = createCheckpointKeeper(run, program, dying);
    const mortal = (what: string, write: typeof keeper.checkpoint) => async (state: TrainingState) => {
      if (what === lost && state.epochs.length === fatal) throw new Error("killed");
      return write(state);
    };
    const died = trainInto(run, dying, {
      checkpoint: mortal("checkpoint", keeper.checkpoint),
      keepBest: mortal("best", keeper.keepBest),
    });
    await expect(died).rejects.toThrow("killed");
    const found = findCheckpoint(join(run, "checkpoint"));
    if (isTrainingError(found)) throw new Error(found.message);
    // At any moment the best epoch of the latest checkpoint is there.
    const known = bestEpoch(program, found.state.epochs);
    expect(found.state.epochs).toHaveLength(fatal - 1);
    if (known !== undefined) expect(bestOf(run).epoch).toBe(known.epoch);

    const continued = await openTrainer(program);
    await continued.load(found.weights);
    await trainRun(run, continued, { from: found.state });
    expect(await bitsOf(continued)).toEqual(await bitsOf(trainer));
    expect(await bitsOfBest(run)).toEqual(await bitsOfBest(whole));
    expect(readdirSync(join(run, "best"))).toEqual(readdirSync(join(whole, "best")));
  },
);

test.skipIf(withoutEngine)(
  "a sequential training keeps the best epoch of its last phase, whose weights are the whole model's",
  async () => {
    const sequential = compileText(`
    import { mlp }                from "std/backbones"
    import { classifier, greedy } from "std/heads"
    model digits {
      input [64]  classes 10  backbone mlp(widths = [24, 16])
      split after layer[1]  heads { local: greedy  last: classifier }
      train { batch: 128  epochs: 2  seed: 1  order: sequential  cache: at most 1 MB  validation: 0.25 }
    }`);
    const { dataset } = await openDataset("digits", { classes: 10 });
    const run = temporaryDirectory();
    const trainer = await openTrainer(sequential);
    const first = await trainRun(run, trainer, { dataset: dataset as Dataset, maxSteps: 18 });
    expect(first.outcome.state.epochs).toHaveLength(2);
    expect(findBest(run, sequential)).toMatchObject({ code: "LL8032" });
    const { outcome } = await trainRun(run, trainer, { dataset: dataset as Dataset, from: first.outcome.state });
    const best = findBest(run, sequential);
    if (isTrainingError(best)) throw new Error(best.message);
    expect([3, 4]).toContain(best.epoch);
    const fresh = await openTrainer(sequential);
    await fresh.load(best.weights);
    const held = holdOut(dataset as Dataset, 0.25);
    const batches = createBatches({
      ...{ dataset: held, split: "validation", batch: 128, epoch: 1, seed: 1, shuffle: false, augment: [] },
    });
    const again = await measure({ program: sequential, trainer: fresh, batches });
    expect(again?.accuracies).toEqual(outcome.state.epochs[best.epoch - 1]?.validation?.accuracies);
    expect(Object.keys(again?.accuracies ?? {})).toHaveLength(2);
  },
);

test("a process killed with -9 while it keeps one best epoch after another leaves the one its checkpoint names", async () => {
  const run = temporaryDirectory();
  const script = fileURLToPath(new URL("support/keep-best-forever.ts", import.meta.url));
  for (const milliseconds of [3, 11, 23, 37, 53, 71]) {
    const child = spawn(process.execPath, ["--import", "tsx", script, run], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    const { epoch, weights, state } = bestOf(run);
    expect(state.epochs).toHaveLength(epoch);
    expect(readFileSync(join(weights, "weights.bin"), "utf8")).toBe(`epoch ${epoch}`.repeat(20_000));
  }
});
