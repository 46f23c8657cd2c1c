import type { Batches, SplitName } from "../../data/batches.ts";
import { createBatches } from "../../data/batches.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { Prefetcher } from "../../data/prefetcher.ts";
import type { Recipe } from "../../program/recipe.ts";

export interface EpochBatchesOptions {
  readonly recipe: Recipe;
  readonly dataset: Dataset;
  readonly prefetcher: Prefetcher;
}

/** Which images of which epoch, from which batch on (0-based). */
export interface WantedBatches {
  readonly split: SplitName;
  /** Of training images: their order and augmentation follow from it. */
  readonly epoch: number;
  readonly startBatch?: number;
  /** Training images are shuffled unless said otherwise, others never. */
  readonly shuffle?: boolean;
}

/** The batches a recipe makes of a dataset: training images augmented and shuffled, those that only measure as they are. */
export function createEpochBatches({ recipe, dataset, prefetcher }: EpochBatchesOptions) {
  const { batch, seed, augment, normalize } = recipe;
  return ({ split, epoch, startBatch = 0, shuffle = split === "train" }: WantedBatches): Batches => {
    const training = split === "train";
    return createBatches({
      ...{ dataset, split, batch, seed, shuffle, startBatch, prefetcher },
      epoch: training ? epoch : 1,
      augment: training ? augment : [],
      ...(normalize && { normalize }),
    });
  };
}
