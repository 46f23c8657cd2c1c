import type { Batch, BatchPlan } from "./batch-plan.ts";
import { checkBatchPlan } from "./batch-plan.ts";
import type { Dataset } from "./dataset.ts";
import type { Prefetcher } from "./prefetcher.ts";
import { createPrefetcher } from "./prefetcher.ts";

/** `validation` only of a dataset that holds images out. */
export type SplitName = "train" | "validation" | "test";

export interface BatchOptions extends Omit<BatchPlan, "split" | "imageShape"> {
  readonly dataset: Dataset;
  readonly split: SplitName;
  /** Whether the last batch is kept where it is short; true unless said otherwise. */
  readonly keepLast?: boolean;
  /** Continues an epoch after this many batches, with the order and augmentation it would have had anyway. */
  readonly startBatch?: number;
  /** Shared by the epochs of a run; without it the batches start a worker of their own and stop it when closed. */
  readonly prefetcher?: Prefetcher;
}

export interface Batches extends AsyncIterable<Batch> {
  /** Batches in the whole epoch, those before `startBatch` included. */
  readonly count: number;
  /** The next batch, or null after the last; for loops that are not `for await`. */
  next(): Promise<Batch | null>;
  /** Ends the epoch; done by itself after the last batch and when a `for await` is left. */
  close(): Promise<void>;
}

/**
 * The batches of one epoch, made ahead on a worker thread. They depend on the options only: not on the prefetch depth,
 * nor on whether a worker makes them. Throws where `checkBatchPlan` finds a mistake, which the caller should have
 * reported.
 *
 *     for await (const { input, label, size } of createBatches({ dataset, split: "train", batch: 64, epoch: 1, seed: 1,
 *       shuffle: true, augment: [{ kind: "flip" }], prefetcher })) …
 */
export function createBatches(options: BatchOptions): Batches {
  const { dataset, split, batch, epoch, seed, shuffle, augment, normalize } = options;
  const { keepLast = true, startBatch = 0, prefetcher: shared } = options;
  const { imageShape } = dataset;
  const images = dataset[split];
  if (images === undefined) throw new Error("the dataset holds no images out");
  const plan: BatchPlan = { split: images, imageShape, batch, epoch, seed, shuffle, augment, normalize };
  const mistake = checkBatchPlan(plan);
  if (mistake !== null) throw new Error(`unchecked batch options: ${mistake.message}`);
  if (!Number.isInteger(plan.batch) || plan.batch < 1)
    throw new Error(`the batch size ${plan.batch} is no positive integer`);

  const whole = plan.split.count / plan.batch;
  const count = keepLast ? Math.ceil(whole) : Math.floor(whole);
  const prefetcher = shared ?? createPrefetcher();
  const prefetched = prefetcher.open(plan, startBatch, count);

  async function close(): Promise<void> {
    prefetched.close();
    if (shared === undefined) await prefetcher.close();
  }

  async function next(): Promise<Batch | null> {
    const batch = await prefetched.next();
    if (batch === null) await close();
    return batch;
  }

  async function* iterate(): AsyncGenerator<Batch> {
    try {
      for (let batch = await next(); batch !== null; batch = await next()) yield batch;
    } finally {
      await close();
    }
  }

  return { count, next, close, [Symbol.asyncIterator]: iterate };
}
