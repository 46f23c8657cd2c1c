import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ScopedModel, StepProgram } from "../../../compiler/index.ts";
import { compile, renderDiagnostic } from "../../../compiler/index.ts";
import type { Batch } from "../../../runtime/index.ts";
import { createBatches, createTrainer, openDataset } from "../../../runtime/index.ts";

// Losses differ in their last digits between numbers of threads; read when the engine is loaded.
process.env["LLNET_THREADS"] = "2";

export const root = fileURLToPath(new URL("../../..", import.meta.url));
export const goldens = fileURLToPath(new URL("..", import.meta.url));

export interface Example {
  /** The file's name, and the model's where the file holds several. */
  readonly name: string;
  readonly file: string;
  readonly model: string;
}

/** Every model of every file in `examples/`. */
export const examples: readonly Example[] = readdirSync(join(root, "examples"))
  .filter((name) => name.endsWith(".llnet"))
  .flatMap((entry) => {
    const file = join(root, "examples", entry);
    const { models } = compile({ file });
    const name = basename(entry, ".llnet");
    return models.map((model) => ({ name: models.length === 1 ? name : `${name}-${model}`, file, model }));
  });

/** Images of a step: few, so that a step is quick; enough for contrastive losses to find pairs. */
const batch = 8;

/** The example's program and gradient scopes, for small batches. Any diagnostic fails the test. */
export function compileExample({ file, model }: Example): { program: StepProgram; scoped: ScopedModel } {
  const { program, scoped, diagnostics, sources } = compile({ file, model, set: { "train.batch": batch } });
  if (program === undefined || scoped === undefined || diagnostics.length > 0) {
    throw new Error(diagnostics.map((one) => renderDiagnostic(one, sources, { color: false })).join("\n"));
  }
  return { program, scoped };
}

/** Batches as training would feed them: handwritten digits where they fit, synthetic images elsewhere. */
export async function firstBatches({ inputShape, classes, recipe }: StepProgram, count: number): Promise<Batch[]> {
  const pixels = inputShape.reduce((product, length) => product * length, 1);
  if (inputShape.length !== 3 && pixels !== 64) throw new Error(`no data for an input of shape ${inputShape}`);
  const specification = pixels === 64 ? "digits" : `synthetic:${classes}x${inputShape.join("x")}:64:10`;
  const { dataset, error } = await openDataset(specification, { classes });
  if (dataset === null) throw new Error(error.message);
  const { augment, normalize, seed } = recipe;
  const batches = createBatches({ dataset, split: "train", batch, epoch: 1, seed, shuffle: true, augment, normalize });
  const first: Batch[] = [];
  while (first.length < count) {
    const next = await batches.next();
    if (next === null) throw new Error(`${specification} has fewer than ${count} batches`);
    first.push(next);
  }
  await batches.close();
  return first;
}

export interface Trained {
  /** Unweighted losses of every step. */
  readonly losses: readonly Readonly<Record<string, number>>[];
  /** Weights, statistics and optimizer slots after every step. */
  readonly states: readonly ReadonlyMap<string, Float32Array>[];
  readonly memory: { readonly planned: number; readonly tracked?: number };
}

/** Three steps from the recipe's seed. */
export async function trainThreeSteps(program: StepProgram, executor: "eager" | "graph"): Promise<Trained> {
  const trainer = await createTrainer(program, { executor });
  try {
    // The recipe's own rate may start from 0, with which nothing would be learned.
    trainer.setRate(0.01);
    const losses: Readonly<Record<string, number>>[] = [];
    const states: ReadonlyMap<string, Float32Array>[] = [];
    for (const next of await firstBatches(program, 3)) {
      losses.push((await trainer.step(next)).losses);
      states.push(new Map([...(await trainer.weights()), ...(await trainer.optimizerState())]));
    }
    return { losses, states, memory: trainer.memory() };
  } finally {
    trainer.dispose();
  }
}
