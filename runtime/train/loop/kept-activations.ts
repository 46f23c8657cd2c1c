/** What the finished modules of a sequential training give for every training image, kept instead of computed anew. */
import type { Batches } from "../../data/batches.ts";
import type { StepProgram } from "../../program/step-program.ts";
import type { LoopTrainer } from "./loop-trainer.ts";

/** Whether a phase keeps them, and why or why not, for people. */
export interface KeepingDecision {
  readonly keeps: boolean;
  readonly bytes: number;
  readonly note: string;
}

export interface KeptActivations {
  /** The rows of these images (by their place in the training set), by name. */
  rowsOf(images: Uint32Array): Map<string, Float32Array>;
}

/** Keeping was asked for by `cache`, is possible while no image is changed at random, and must fit. */
export function decideKeeping(
  { recipe }: Pick<StepProgram, "recipe">,
  elements: ReadonlyMap<string, number> | undefined,
  images: number,
): KeepingDecision {
  const perImage = [...(elements?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  const bytes = 4 * perImage * images;
  const without = (reason: string): KeepingDecision => ({
    keeps: false,
    bytes: 0,
    note: `the modules before it run in every step: ${reason}`,
  });
  const { augment, cacheBytes } = recipe;
  if (cacheBytes === undefined) return without("the recipe has no `cache`");
  if (augment.length > 0) return without("augmentation makes every image a new one");
  if (elements === undefined) return without("what they hand on is drawn at random, or not one row per image");
  if (bytes > cacheBytes) {
    return without(`their outputs take ${megabytes(bytes)}, more than the ${megabytes(cacheBytes)} of \`cache\``);
  }
  return { keeps: true, bytes, note: `the outputs of the modules before it are kept: ${megabytes(bytes)}` };
}

export interface KeepingOptions {
  readonly trainer: LoopTrainer;
  readonly elements: ReadonlyMap<string, number>;
  /** All training images in the order of the files, unchanged. */
  readonly batches: Batches;
  readonly images: number;
  /** Told the share done after every batch; false ends it. */
  readonly onProgress: (share: number) => Promise<boolean>;
}

/** Runs the finished modules over the training set once; null where it was ended early. */
export async function keepActivations(options: KeepingOptions): Promise<KeptActivations | null> {
  const { trainer, elements, batches, images, onProgress } = options;
  const kept = new Map([...elements].map(([name, length]) => [name, new Float32Array(images * length)]));
  let done = 0;
  try {
    for (let batch = await batches.next(); batch !== null; batch = await batches.next()) {
      const values = await trainer.frozen?.({ input: batch.input, label: batch.label });
      for (const [name, length] of elements) kept.get(name)?.set(values?.get(name) ?? [], done * length);
      done += batch.size;
      if (!(await onProgress(done / images))) return null;
    }
  } finally {
    await batches.close();
  }
  return {
    rowsOf: (wanted) =>
      new Map([...elements].map(([name, length]) => [name, rows(kept.get(name) as Float32Array, length, wanted)])),
  };
}

function rows(values: Float32Array, length: number, wanted: Uint32Array): Float32Array {
  const result = new Float32Array(wanted.length * length);
  for (const [position, row] of wanted.entries()) {
    result.set(values.subarray(row * length, (row + 1) * length), position * length);
  }
  return result;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
