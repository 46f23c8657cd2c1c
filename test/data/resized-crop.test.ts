/** Random resized crops (arXiv 1409.4842, section 6): windows as torchvision draws them, interpolation as its resize does. */
import { expect, test } from "vitest";
import { compile } from "../../compiler/index.ts";
import { copyPixels, drawAugmentation } from "../../runtime/data/augment.ts";
import { drawWindow } from "../../runtime/data/draw-window.ts";
import type { AugmentStep } from "../../runtime/program/recipe.ts";
import { randomStream } from "../../runtime/random/stream.ts";

type Crop = Extract<AugmentStep, { kind: "resized_crop" }>;
const crop: Crop = { kind: "resized_crop", scale: [0.08, 1], ratio: [3 / 4, 4 / 3] };

const [height, width, channels] = [6, 8, 2];
const image = Uint8Array.from({ length: height * width * channels }, (_, index) => (37 * index) % 251);
const table = Float32Array.from({ length: 256 * channels }, (_, index) => ((index % 256) / 255 - 0.4) / 0.3);

function augmented(steps: readonly AugmentStep[], sample: number): Float32Array {
  const output = new Float32Array(image.length);
  const sources = drawAugmentation(steps, [height, width, channels], randomStream(3, "augment", 1, sample));
  copyPixels(image, 0, [height, width, channels], sources, table, output, 0);
  return output;
}

test("windows lie inside the image, and share and ratio in their ranges", () => {
  const stream = randomStream(1, "windows");
  const shares: number[] = [];
  for (let count = 0; count < 2_000; count++) {
    const window = drawWindow(crop, [200, 300], stream);
    expect(window.top + window.height).toBeLessThanOrEqual(200);
    expect(window.left + window.width).toBeLessThanOrEqual(300);
    expect(Math.min(window.top, window.left)).toBeGreaterThanOrEqual(0);
    const ratio = window.width / window.height;
    expect(ratio).toBeGreaterThan(0.73);
    expect(ratio).toBeLessThan(1.37);
    shares.push((window.height * window.width) / 60_000);
  }
  expect(Math.min(...shares)).toBeLessThan(0.09);
  expect(Math.max(...shares)).toBeGreaterThan(0.8);
});

test("where every window fits, shares are uniform and ratios are uniform in their logarithm", () => {
  const stream = randomStream(2, "windows");
  const windows = Array.from({ length: 4_000 }, () => drawWindow({ ...crop, scale: [0.1, 0.5] }, [400, 400], stream));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  // Means of 4,000 draws: standard errors 0.0018 and 0.0026.
  expect(mean(windows.map((window) => (window.height * window.width) / 160_000))).toBeCloseTo(0.3, 1.9);
  expect(Math.abs(mean(windows.map((window) => Math.log(window.width / window.height))))).toBeLessThan(0.01);
  const quarter = windows.filter((window) => window.height * window.width < 0.2 * 160_000).length / windows.length;
  expect(Math.abs(quarter - 0.25)).toBeLessThan(0.03);
});

test("where no window fits, it is the largest in the middle with an allowed ratio", () => {
  const whole: Crop = { ...crop, scale: [1, 1], ratio: [1, 1] };
  expect(drawWindow(whole, [4, 10], randomStream(1, "none"))).toEqual({ top: 0, left: 3, height: 4, width: 4 });
  expect(drawWindow(whole, [10, 4], randomStream(1, "none"))).toEqual({ top: 3, left: 0, height: 4, width: 4 });
});

/** Bilinear interpolation of a window to the image's size, from its formula. */
function reference(window: ReturnType<typeof drawWindow>): number[] {
  const weights = (
    start: number,
    length: number,
    size: number,
    index: number,
  ): readonly (readonly [number, number])[] => {
    const place = Math.min(Math.max(((index + 0.5) * length) / size - 0.5, 0), length - 1);
    const low = Math.floor(place);
    return [
      [start + low, 1 - (place - low)],
      [start + Math.min(low + 1, length - 1), place - low],
    ];
  };
  const values: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        let value = 0;
        for (const [row, down] of weights(window.top, window.height, height, y)) {
          for (const [column, right] of weights(window.left, window.width, width, x)) {
            const byte = image[(row * width + column) * channels + channel] ?? 0;
            value += down * right * ((byte / 255 - 0.4) / 0.3);
          }
        }
        values.push(value);
      }
    }
  }
  return values;
}

test("the window is interpolated to the image's size between pixel centres at i + 1/2, and normalised", () => {
  for (let sample = 0; sample < 30; sample++) {
    const window = drawWindow(crop, [height, width], randomStream(3, "augment", 1, sample));
    const expected = reference(window);
    const found = augmented([crop], sample);
    for (const [index, value] of expected.entries()) expect(found[index]).toBeCloseTo(value, 5);
  }
});

test("the whole image at its own size is the image", () => {
  const whole = augmented([{ ...crop, scale: [1, 1], ratio: [width / height, width / height] }], 0);
  expect(whole).toEqual(augmented([], 0));
});

test("a flip behind it mirrors the crop, and the same seed draws the same", () => {
  const plain = augmented([crop], 5);
  expect(augmented([crop], 5)).toEqual(plain);
  expect(augmented([crop], 6)).not.toEqual(plain);
  const flips = [0, 1, 2, 3, 4, 5, 6, 7].map((sample) => {
    const flipped = augmented([crop, { kind: "flip" }], sample);
    const before = augmented([crop], sample);
    const mirrored = before.map((_, index) => {
      const [pixel, channel] = [Math.floor(index / channels), index % channels];
      const [y, x] = [Math.floor(pixel / width), pixel % width];
      return before[(y * width + (width - 1 - x)) * channels + channel] as number;
    });
    const isSame = flipped.every((value, index) => value === before[index]);
    if (!isSame) expect(flipped).toEqual(mirrored);
    return isSame;
  });
  expect(new Set(flips).size).toBe(2);
});

const recipe = (augment: string) =>
  compile({
    file: "net.llnet",
    text: `import { mlp } from "std/backbones"
      model net { input [8, 8, 3] classes 10 backbone mlp(widths = [4]) train { augment: ${augment} } }`,
  });

test("the language says it, with torchvision's ranges unless told otherwise", () => {
  expect(recipe("[resized_crop, flip]").program?.recipe.augment).toEqual([crop, { kind: "flip" }]);
  expect(recipe("resized_crop(scale = [0.5, 1], ratio = [1, 1])").program?.recipe.augment).toEqual([
    { kind: "resized_crop", scale: [0.5, 1], ratio: [1, 1] },
  ]);
});

test.each([
  ["resized_crop(scale = [0.5, 2])", "LL6003"],
  ["resized_crop(scale = [1, 0.5])", "LL6003"],
  ["resized_crop(ratio = [1])", "LL6003"],
  ["resized_crop(ratio = [0, 1])", "LL6004"],
  ["[resized_crop, resized_crop]", "LL6003"],
])("%s is refused", (augment, code) => {
  expect(recipe(augment).diagnostics.map((each) => each.code)).toEqual([code]);
});
