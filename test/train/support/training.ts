import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Dataset } from "../../../runtime/data/index.ts";
import { openDataset } from "../../../runtime/data/index.ts";
import { findEngine } from "../../../runtime/engine/index.ts";
import type { Recipe } from "../../../runtime/program/recipe.ts";
import type { StepProgram } from "../../../runtime/program/step-program.ts";
import type {
  TrainingEvent,
  TrainingOptions,
  TrainingOutcome,
  TrainingState,
} from "../../../runtime/train/loop/index.ts";
import { runTraining, writeCheckpoint } from "../../../runtime/train/loop/index.ts";
import type { Trainer } from "../../../runtime/train/trainer.ts";
import { createTrainer } from "../../../runtime/train/trainer.ts";
import { writeConvNet } from "../../runtime/support/networks.ts";

/** Tests that train need the native engine; `llnet doctor` says why it is not there. */
export const withoutEngine = !findEngine().found;

/** Two modules of convolutions on 8 × 8 × 3 images, 50 samples, batches of 12: five steps an epoch, the last of 2. */
export function smallProgram(recipe: Partial<Recipe> = {}): StepProgram {
  const program = writeConvNet();
  const small: Partial<Recipe> = { batch: 12, epochs: 2, seed: 3, augment: [{ kind: "flip" }] };
  return { ...program, recipe: { ...program.recipe, ...small, ...recipe } };
}

export async function smallDataset(): Promise<Dataset> {
  const { dataset, error } = await openDataset("synthetic:5x8x8x3:50:20", { classes: 5 });
  if (dataset === null) throw new Error(error.message);
  return dataset;
}

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "llnet-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export async function openTrainer(program: StepProgram, executor: "graph" | "eager" = "graph"): Promise<Trainer> {
  const trainer = await createTrainer(program, { executor });
  onTestFinished(() => trainer.dispose());
  return trainer;
}

export interface Trained {
  readonly outcome: TrainingOutcome;
  readonly events: readonly TrainingEvent[];
  readonly directory: string;
}

/** Trains with checkpoints in a directory and remembers the events. */
export async function trainInto(
  directory: string,
  trainer: Trainer,
  options: Partial<TrainingOptions> & { from?: TrainingState } = {},
): Promise<Trained> {
  const events: TrainingEvent[] = [];
  const outcome = await runTraining({
    program: trainer.program,
    trainer,
    dataset: options.dataset ?? (await smallDataset()),
    checkpoint: (state) => writeCheckpoint(directory, state, trainer),
    ...options,
    onEvent(event) {
      events.push(event);
      return options.onEvent?.(event);
    },
  });
  return { outcome, events, directory };
}

/** Everything training has changed, as bits. */
export async function bitsOf(trainer: Trainer): Promise<Record<string, number[]>> {
  const all = new Map([...(await trainer.weights()), ...(await trainer.optimizerState())]);
  const bits = [...all].map(([address, values]) => [address, [...new Uint32Array(values.slice().buffer)]] as const);
  return { ...Object.fromEntries(bits), steps: [trainer.stepCount] };
}
