import { expect, test } from "vitest";
import { copyPixels, drawAugmentation } from "../../runtime/data/augment.ts";
import type { ImageShape } from "../../runtime/data/dataset.ts";
import type { AugmentStep } from "../../runtime/program/recipe.ts";
import type { RandomStream } from "../../runtime/random/stream.ts";
import { randomStream } from "../../runtime/random/stream.ts";

/** A stream whose integers are given, to aim at one window. */
function scripted(...draws: number[]): { stream: RandomStream; asked: number[] } {
  const asked: number[] = [];
  const stream = {
    ...randomStream(0),
    integer(below: number): number {
      asked.push(below);
      return draws.shift() as number;
    },
  };
  return { stream, asked };
}

/** Rows of the augmented ramp 1, 2, 3, …, one text per row. */
function augmentRamp(steps: AugmentStep[], shape: ImageShape, stream: RandomStream): string[] {
  const [height, width, channels] = shape;
  const ramp = Uint8Array.from({ length: height * width * channels }, (_, index) => index + 1);
  const bytes = Float32Array.from({ length: 256 * channels }, (_, index) => index % 256);
  const output = new Float32Array(ramp.length);
  copyPixels(ramp, 0, shape, drawAugmentation(steps, shape, stream), bytes, output, 0);
  return Array.from({ length: height }, (_, row) =>
    output.subarray(row * width * channels, (row + 1) * width * channels).join(" "),
  );
}

const crop = (mode: "reflect" | "zero"): AugmentStep[] => [{ kind: "pad_crop", padding: 2, mode }];

test("the middle window of a padded image is the image", () => {
  expect(augmentRamp(crop("reflect"), [3, 4, 1], scripted(2, 2).stream)).toEqual(["1 2 3 4", "5 6 7 8", "9 10 11 12"]);
});

test("the first window of a reflected image mirrors at the edge without repeating it", () => {
  // numpy.pad(ramp, 2, mode="reflect")[0:3, 0:4]
  expect(augmentRamp(crop("reflect"), [3, 4, 1], scripted(0, 0).stream)).toEqual(["11 10 9 10", "7 6 5 6", "3 2 1 2"]);
});

test("the last window of a reflected image mirrors at the other edge", () => {
  // numpy.pad(ramp, 2, mode="reflect")[4:7, 4:8]
  expect(augmentRamp(crop("reflect"), [3, 4, 1], scripted(4, 4).stream)).toEqual(["11 12 11 10", "7 8 7 6", "3 4 3 2"]);
});

test("a window over a zero border shows black pixels", () => {
  expect(augmentRamp(crop("zero"), [3, 4, 1], scripted(1, 4).stream)).toEqual(["0 0 0 0", "3 4 0 0", "7 8 0 0"]);
});

test("a flip mirrors columns and leaves channels alone", () => {
  expect(augmentRamp([{ kind: "flip" }], [1, 3, 2], scripted(1).stream)).toEqual(["5 6 3 4 1 2"]);
  expect(augmentRamp([{ kind: "flip" }], [1, 3, 2], scripted(0).stream)).toEqual(["1 2 3 4 5 6"]);
});

test("steps are applied in their order", () => {
  const window: AugmentStep = { kind: "pad_crop", padding: 1, mode: "zero" };
  expect(augmentRamp([window, { kind: "flip" }], [1, 3, 1], scripted(1, 0, 1).stream)).toEqual(["2 1 0"]);
  expect(augmentRamp([{ kind: "flip" }, window], [1, 3, 1], scripted(1, 1, 0).stream)).toEqual(["0 3 2"]);
});

test("a crop draws top and left among all windows, a flip one bit", () => {
  const { stream, asked } = scripted(8, 0, 1);
  augmentRamp([{ kind: "pad_crop", padding: 4, mode: "reflect" }, { kind: "flip" }], [5, 5, 1], stream);
  expect(asked).toEqual([9, 9, 2]);
});

test("every window and both sides occur about equally often", () => {
  const counts = new Map<string, number>();
  for (let sample = 0; sample < 9000; sample++) {
    const steps: AugmentStep[] = [{ kind: "pad_crop", padding: 1, mode: "zero" }, { kind: "flip" }];
    const key = augmentRamp(steps, [3, 3, 1], randomStream(1, "augment", 0, sample)).join("/");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(18);
  for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(100);
});
