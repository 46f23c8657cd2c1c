/** Images of the training set that are held out to choose by, so that the test set chooses nothing. */
import { randomStream } from "../random/stream.ts";
import type { Dataset, DatasetSplit } from "./dataset.ts";
import { sharedBytes, sharedLabels } from "./dataset.ts";

/**
 * The dataset with `share` (in (0, 0.5]) of its training images moved into `validation`, or as it is where no share is
 * asked for or images are held out already. Which images depends on the labels and the share alone, not on the seed: every
 * seed and every variant of a study learns from the same images and is judged by the same others.
 */
export function holdOut(dataset: Dataset, share: number | undefined): Dataset {
  if (share === undefined || dataset.validation !== undefined) return dataset;
  const { train, classes } = dataset;
  const held = heldOutImages(train.labels, classes, share);
  const isHeld = new Set(held);
  const rest = Uint32Array.from({ length: train.count }, (_, image) => image).filter((image) => !isHeld.has(image));
  return { ...dataset, train: pick(train, rest), validation: pick(train, held) };
}

/** How many of `count` training images are held out. */
export function heldOutCount(count: number, share: number | undefined): number {
  return share === undefined ? 0 : Math.round(count * share);
}

/**
 * The places of the images to hold out, in rising order. Every class gives its share, rounded down or up (the largest
 * remainders up, of equal ones the first class), so that the total is right. Within a class the first of a fixed random order
 * are taken, so that a larger share takes those of a smaller one and more, but for the rounding.
 */
export function heldOutImages(labels: Int32Array, classes: number, share: number): Uint32Array {
  const places: number[][] = Array.from({ length: classes }, () => []);
  for (const [place, label] of labels.entries()) places[label]?.push(place);
  const counts = places.map(({ length }) => Math.floor(length * share));
  const byRemainder = places
    .map(({ length }, label) => ({ label, remainder: length * share - Math.floor(length * share) }))
    .sort((a, b) => b.remainder - a.remainder || a.label - b.label);
  const missing = heldOutCount(labels.length, share) - counts.reduce((sum, count) => sum + count, 0);
  for (const { label } of byRemainder.slice(0, Math.max(0, missing))) counts[label] = (counts[label] ?? 0) + 1;
  const held = places.flatMap((own, label) => {
    const order = randomStream(0, "validation", label).permutation(own.length);
    return [...order.subarray(0, counts[label])].map((at) => own[at] as number);
  });
  return Uint32Array.from(held).sort();
}

/** The images at some places, in that order. */
function pick({ images, labels, count }: DatasetSplit, places: Uint32Array): DatasetSplit {
  const size = images.length / count;
  const picked = sharedBytes(places.length * size);
  for (const [row, place] of places.entries())
    picked.set(images.subarray(place * size, (place + 1) * size), row * size);
  return {
    count: places.length,
    images: picked,
    labels: sharedLabels(Array.from(places, (place) => labels[place] as number)),
  };
}
