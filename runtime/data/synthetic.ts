import { createHash } from "node:crypto";
import type { RandomStream } from "../random/stream.ts";
import { randomStream } from "../random/stream.ts";
import type { DataError } from "./data-error.ts";
import { dataError } from "./data-error.ts";
import type { DatasetSplit, ImageShape, SplitWithFiles } from "./dataset.ts";
import { sharedBytes, sharedLabels } from "./dataset.ts";

export interface SyntheticShape {
  readonly classes: number;
  readonly imageShape: ImageShape;
  readonly trainCount: number;
  readonly testCount: number;
}

/** Reads `CLASSESxHEIGHTxWIDTHxCHANNELS:TRAIN:TEST`; an empty text is `10x16x16x3:1000:200`. */
export function parseSyntheticShape(text: string): SyntheticShape | DataError {
  const match = /^(\d+)x(\d+)x(\d+)x(\d+):(\d+):(\d+)$/.exec(text === "" ? "10x16x16x3:1000:200" : text);
  const numbers = match === null ? [] : match.slice(1).map(Number);
  const [classes, height, width, channels, trainCount, testCount] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const bytes = height * width * channels * (trainCount + testCount);
  if (match === null || numbers.some((number) => number < 1) || bytes > 2 ** 31) {
    return dataError(
      "LL8002",
      null,
      "expected `synthetic:CLASSESxHEIGHTxWIDTHxCHANNELS:TRAIN:TEST` with positive sizes and at most 2 GB, " +
        `found \`synthetic:${text}\``,
      "write for example `synthetic:10x32x32x3:1000:200`",
    );
  }
  return { classes, imageShape: [height, width, channels], trainCount, testCount };
}

/**
 * Makes images that a small network can learn and that are the same everywhere: each class is a smooth random pattern,
 * each image is the pattern of its class at a random strength under noise. Classes follow each other 0, 1, 2, …
 */
export function makeSyntheticDataset(shape: SyntheticShape): { train: SplitWithFiles; test: SplitWithFiles } {
  const patterns = Array.from({ length: shape.classes }, (_, label) =>
    smoothPattern(randomStream(0, "synthetic", "pattern", label), shape.imageShape),
  );
  return {
    train: makeSplit("train", shape, shape.trainCount, patterns),
    test: makeSplit("test", shape, shape.testCount, patterns),
  };
}

function makeSplit(
  name: "train" | "test",
  { classes, imageShape }: SyntheticShape,
  count: number,
  patterns: readonly Float64Array[],
): SplitWithFiles {
  const size = imageShape[0] * imageShape[1] * imageShape[2];
  const images = sharedBytes(count * size);
  const labels = Int32Array.from({ length: count }, (_, index) => index % classes);
  for (let index = 0; index < count; index++) {
    const pattern = patterns[index % classes] as Float64Array;
    const stream = randomStream(0, "synthetic", name, index);
    const strength = 40 + 60 * stream.uniform();
    const noise = stream.uniformArray(size, -60, 60);
    for (let at = 0; at < size; at++) {
      const value = 128 + strength * (pattern[at] as number) + (noise[at] as number);
      images[index * size + at] = Math.min(255, Math.max(0, Math.floor(value)));
    }
  }
  const split: DatasetSplit = { count, images, labels: sharedLabels(labels) };
  const sha256 = createHash("sha256").update(new Uint8Array(images)).digest("hex");
  return { split, imageShape, files: [{ name: `synthetic ${name} images`, bytes: images.length, sha256 }] };
}

/** Values in [-1, 1] on a grid of 4 x 4 per channel, interpolated bilinearly to the size of the image. */
function smoothPattern(stream: RandomStream, [height, width, channels]: ImageShape): Float64Array {
  const grid = stream.uniformArray(16 * channels, -1, 1);
  const pattern = new Float64Array(height * width * channels);
  for (let row = 0; row < height; row++) {
    const [top, down] = gridPosition(row, height);
    for (let column = 0; column < width; column++) {
      const [left, right] = gridPosition(column, width);
      for (let channel = 0; channel < channels; channel++) {
        const at = (y: number, x: number): number => grid[(4 * y + x) * channels + channel] as number;
        const upper = at(top, left) * (1 - right) + at(top, left + 1) * right;
        const lower = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right;
        pattern[(row * width + column) * channels + channel] = upper * (1 - down) + lower * down;
      }
    }
  }
  return pattern;
}

/** The grid line before a pixel and how far the pixel lies beyond it, in [0, 1]. */
function gridPosition(pixel: number, size: number): [line: number, beyond: number] {
  const position = size === 1 ? 0 : (3 * pixel) / (size - 1);
  const line = Math.min(2, Math.floor(position));
  return [line, position - line];
}
