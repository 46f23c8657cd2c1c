import type { AugmentStep, Normalization } from "../program/recipe.ts";
import { randomStream } from "../random/stream.ts";
import { copyPixels, drawAugmentation, wholeImage } from "./augment.ts";
import type { DataError } from "./data-error.ts";
import { dataError } from "./data-error.ts";
import type { DatasetSplit, ImageShape } from "./dataset.ts";

/** Everything that decides the batches of one epoch; plain data, handed to the worker as it is. */
export interface BatchPlan {
  readonly split: DatasetSplit;
  readonly imageShape: ImageShape;
  /** Images per batch. */
  readonly batch: number;
  readonly epoch: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly augment: readonly AugmentStep[];
  readonly normalize?: Normalization | undefined;
}

export interface Batch {
  /** `[size, height, width, channels]`: pixels scaled to [0, 1], then normalised. */
  readonly input: Float32Array<ArrayBuffer>;
  /** `[size]`. */
  readonly label: Int32Array<ArrayBuffer>;
  /** The number of images; less than asked for in the last batch of an epoch only. */
  readonly size: number;
}

/**
 * Prepares the maker of an epoch's batches. Batch `index` depends on the plan and the index only, whoever makes it and
 * when; the augmentation of an image depends on seed, epoch and the image's place in the dataset, not on its batch.
 */
export function createBatchMaker(plan: BatchPlan): (index: number) => Batch {
  const { split, imageShape, batch, epoch, seed, augment } = plan;
  const order = epochOrder(plan);
  const table = pixelTable(imageShape[2], plan.normalize);
  const untouched = wholeImage(imageShape);
  const pixels = imageShape[0] * imageShape[1] * imageShape[2];

  return (index) => {
    const samples = order.subarray(index * batch, (index + 1) * batch);
    const input = new Float32Array(samples.length * pixels);
    const label = new Int32Array(samples.length);
    for (const [position, sample] of samples.entries()) {
      const sources =
        augment.length === 0
          ? untouched
          : drawAugmentation(augment, imageShape, randomStream(seed, "augment", epoch, sample));
      copyPixels(split.images, sample * pixels, imageShape, sources, table, input, position * pixels);
      label[position] = split.labels[sample] as number;
    }
    return { input, label, size: samples.length };
  };
}

/** The order in which an epoch visits the images: a permutation drawn for (seed, epoch), or that of the files. */
export function epochOrder(plan: Pick<BatchPlan, "split" | "shuffle" | "seed" | "epoch">): Uint32Array {
  const { count } = plan.split;
  if (plan.shuffle) return randomStream(plan.seed, "order", plan.epoch).permutation(count);
  return Uint32Array.from({ length: count }, (_, index) => index);
}

/** What the recipe asks of images it does not fit: a mistake of the user's, checked before training. */
export function checkBatchPlan(plan: Pick<BatchPlan, "imageShape" | "augment" | "normalize">): DataError | null {
  const [height, width, channels] = plan.imageShape;
  for (const list of plan.normalize === undefined ? [] : [plan.normalize.mean, plan.normalize.standardDeviation]) {
    if (list.length !== channels && list.length !== 1) {
      return dataError(
        "LL8012",
        null,
        `the images have ${channels} ${channels === 1 ? "channel" : "channels"}, ` +
          `the normalisation has ${list.length} ${list.length === 1 ? "value" : "values"}`,
        `give ${channels === 1 ? "one mean and one deviation" : `${channels} means and deviations, or one for all`}`,
      );
    }
  }
  for (const step of plan.augment) {
    if (step.kind === "pad_crop" && step.padding >= Math.min(height, width) && step.mode === "reflect") {
      return dataError(
        "LL8013",
        null,
        `images of ${height} x ${width} cannot be reflected over a border of ${step.padding} pixels`,
        `pad at most ${Math.min(height, width) - 1} pixels, or pad with zero`,
      );
    }
  }
  return null;
}

/** The network's input for each byte of each channel: `(byte / 255 - mean) / deviation`, rounded to 32 bits once. */
function pixelTable(channels: number, normalize: Normalization | undefined): Float32Array {
  const table = new Float32Array(256 * channels);
  for (let channel = 0; channel < channels; channel++) {
    const mean = perChannel(normalize?.mean, channel) ?? 0;
    const deviation = perChannel(normalize?.standardDeviation, channel) ?? 1;
    for (let byte = 0; byte < 256; byte++) table[256 * channel + byte] = (byte / 255 - mean) / deviation;
  }
  return table;
}

function perChannel(values: readonly number[] | undefined, channel: number): number | undefined {
  return values?.length === 1 ? values[0] : values?.[channel];
}
