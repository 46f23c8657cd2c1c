import { expect, test } from "vitest";
import type { Dataset } from "../../runtime/data/index.ts";
import { createBatches, holdOut } from "../../runtime/data/index.ts";
import { heldOutImages } from "../../runtime/data/validation-split.ts";
import { checkFit } from "../../runtime/train/loop/index.ts";
import { smallDataset, smallProgram } from "../train/support/training.ts";
import { opened } from "./generated-files.ts";

const digits = await opened("digits");

/** Every image of a split with its label, as text, sorted. */
function imagesOf({ images, labels, count }: Dataset["train"]): string[] {
  const size = images.length / count;
  return Array.from(labels, (label, row) => `${label} ${images.subarray(row * size, (row + 1) * size).join()}`).sort();
}

function perClass(labels: Int32Array, classes = 10): number[] {
  return Array.from({ length: classes }, (_, label) => labels.filter((each) => each === label).length);
}

test("every training image is either learned from or held out, with its own label, and the test images stay", () => {
  const { train, validation, test: tested } = holdOut(digits, 0.1);
  expect([train.count, validation?.count]).toEqual([1293, 144]);
  expect([...imagesOf(train), ...imagesOf(validation as Dataset["train"])].sort()).toEqual(imagesOf(digits.train));
  expect(tested).toBe(digits.test);
  expect([train.labels.length, validation?.labels.length]).toEqual([1293, 144]);
});

test("no place is held out twice, and both halves keep the order of the files", () => {
  const held = [...heldOutImages(digits.train.labels, 10, 0.25)];
  expect(new Set(held).size).toBe(held.length);
  expect(held).toEqual([...held].sort((a, b) => a - b));
  const labels = Array.from(held, (place) => digits.train.labels[place]);
  expect([...(holdOut(digits, 0.25).validation?.labels ?? [])]).toEqual(labels);
});

test.each([0.1, 0.25, 0.5, 1 / 3])("a share of %d is that of every class, to one image, and of all", (share) => {
  const { validation } = holdOut(digits, share);
  expect(validation?.count).toBe(Math.round(1437 * share));
  const counts = perClass(validation?.labels ?? new Int32Array());
  for (const [label, count] of perClass(digits.train.labels).entries()) {
    expect(Math.abs((counts[label] ?? 0) - count * share)).toBeLessThan(1);
  }
});

test("which images are held out is the same for ever, and a larger share holds out more", () => {
  const tenth = [...heldOutImages(digits.train.labels, 10, 0.1)];
  // Recorded when the split was made: another choice would make finished studies incomparable with new ones.
  expect(tenth.slice(0, 8)).toEqual([4, 21, 27, 31, 43, 47, 49, 58]);
  const half = new Set(heldOutImages(digits.train.labels, 10, 0.5));
  expect(tenth.filter((place) => !half.has(place))).toEqual([]);
});

test("without a share, or where images are held out already, a dataset stays as it is", () => {
  expect(holdOut(digits, undefined)).toBe(digits);
  const once = holdOut(digits, 0.1);
  expect(holdOut(once, 0.1)).toBe(once);
});

test("validation images come in batches of their own", async () => {
  const dataset = holdOut(digits, 0.1);
  const options = { split: "validation", batch: 100, epoch: 1, seed: 1, shuffle: false, augment: [] } as const;
  const sizes: number[] = [];
  for await (const { size } of createBatches({ ...options, dataset })) sizes.push(size);
  expect(sizes).toEqual([100, 44]);
  expect(() => createBatches({ ...options, dataset: digits })).toThrow("holds no images out");
});

test("a share that leaves one side without images is a mistake", async () => {
  const dataset = await smallDataset();
  expect(checkFit(smallProgram({ validation: 0.005 }), dataset)).toMatchObject({
    code: "LL8014",
    message: "`validation: 0.005` holds out 0 of the 50 training images of `synthetic`",
  });
  expect(checkFit(smallProgram({ validation: 0.1 }), dataset)).toBeUndefined();
});
