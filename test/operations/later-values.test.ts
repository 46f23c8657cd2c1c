import "./also-portable.ts";
import { expect, test } from "vitest";
import { gradientsOf, valuesOf, wave } from "./harness.ts";
import { average, convolve, range } from "./reference.ts";

test("a grouped convolution is one convolution per group of channels", () => {
  const [x, kernel] = [wave(2 * 36 * 4, 0), wave(9 * 2 * 6, 7)];
  const given = { channels: 6, groups: 2, stride: 2, bias: false };
  const found = valuesOf({ operation: "conv", batch: 2, tensors: [[6, 6, 4]], arguments: given, weights: { kernel } });
  const parts = range(2).map((group) =>
    convolve(
      x.filter((_, index) => Math.floor((index % 4) / 2) === group),
      [2, 6, 6, 2],
      kernel.filter((_, index) => Math.floor((index % 6) / 3) === group),
      { size: 3, channels: 3, stride: 2, padding: 1, dilation: 1 },
    ),
  );
  const expected = range(2 * 9).flatMap((pixel) => parts.flatMap((part) => part.slice(3 * pixel, 3 * pixel + 3)));
  expectClose(found, expected);
});

test("depthwise_conv convolves every channel by itself", () => {
  const [x, kernel] = [wave(25 * 2, 0), wave(9 * 2 * 2, 7)];
  const given = { multiplier: 2, stride: 2, bias: false };
  const found = valuesOf({
    operation: "depthwise_conv",
    batch: 1,
    tensors: [[5, 5, 2]],
    arguments: given,
    weights: { kernel },
  });
  const parts = range(2).map((channel) =>
    convolve(
      x.filter((_, index) => index % 2 === channel),
      [1, 5, 5, 1],
      kernel.filter((_, index) => Math.floor((index % 4) / 2) === channel),
      { size: 3, channels: 2, stride: 2, padding: 1, dilation: 1 },
    ),
  );
  expectClose(
    found,
    range(9).flatMap((pixel) => parts.flatMap((part) => part.slice(2 * pixel, 2 * pixel + 2))),
  );
});

test.each([
  { kernel: 2, stride: 2, padding: 0 },
  { kernel: 4, stride: 2, padding: 1 },
  { kernel: 3, stride: 2, padding: 1 },
  { kernel: 3, stride: 1, padding: 1 },
])("conv_transpose with kernel $kernel, stride $stride, padding $padding paints a window per pixel", (row) => {
  const { kernel: size, stride, padding } = row;
  const [side, inputs, channels] = [3, 2, 2];
  const [x, kernel] = [wave(side * side * inputs, 0), wave(size * size * channels * inputs, 7)];
  const length = (side - 1) * stride + size - 2 * padding;
  const expected = new Array<number>(length * length * channels).fill(0);
  for (const y of range(side))
    for (const z of range(side))
      for (const i of range(size))
        for (const j of range(size)) {
          const [row2, column] = [y * stride + i - padding, z * stride + j - padding];
          if (row2 < 0 || row2 >= length || column < 0 || column >= length) continue;
          for (const out of range(channels))
            for (const c of range(inputs)) {
              const place = (row2 * length + column) * channels + out;
              const weight = kernel[((i * size + j) * channels + out) * inputs + c] as number;
              expected[place] = (expected[place] as number) + (x[(y * side + z) * inputs + c] as number) * weight;
            }
        }
  const given = { channels, kernel: size, stride, padding, bias: false };
  const testCase = { operation: "conv_transpose", batch: 1, tensors: [[side, side, inputs]], arguments: given };
  expectClose(valuesOf({ ...testCase, weights: { kernel } }), expected);
});

test.each([
  { from: [4, 6], to: [2, 3] },
  { from: [5, 7], to: [2, 3] },
  { from: [2, 3], to: [4, 2] },
])("adaptive_avg_pool from $from to $to takes PyTorch's bins", ({ from, to }) => {
  const [height, width, rows, columns] = [...from, ...to] as [number, number, number, number];
  const x = wave(height * width, 0);
  const bin = (index: number, old: number, size: number) =>
    range(old).filter((i) => i >= Math.floor((index * old) / size) && i < Math.ceil(((index + 1) * old) / size));
  const expected = range(rows).flatMap((i) =>
    range(columns).map((j) =>
      average(bin(i, height, rows).flatMap((y) => bin(j, width, columns).map((z) => x[y * width + z] as number))),
    ),
  );
  const testCase = { operation: "adaptive_avg_pool", batch: 1, tensors: [[height, width, 1]], arguments: { size: to } };
  expectClose(valuesOf(testCase), expected);
});

test("avg_pool takes windows that are higher than wide", () => {
  const values = [Float32Array.from(range(8))];
  const given = { size: [4, 1] };
  const found = valuesOf({ operation: "avg_pool", batch: 1, tensors: [[4, 2, 1]], values, arguments: given });
  expect([...found]).toEqual([3, 4]);
});

// Golden test C: aligned corners would give 0, 1/3, 2/3, 1.
test("bilinear resize without aligned corners puts pixel centres at i + 1/2", () => {
  const values = [Float32Array.of(0, 1, 2, 3)];
  const given = { shape: [4, 4], align_corners: false };
  const found = valuesOf({ operation: "resize", batch: 1, tensors: [[2, 2, 1]], values, arguments: given });
  const rows = [0, 0.5, 1.5, 2].map((start) => [0, 0.25, 0.75, 1].map((step) => start + step));
  expectClose(found, rows.flat());
  const smaller = { shape: [1, 2], align_corners: false };
  const shrunk = valuesOf({
    operation: "resize",
    batch: 1,
    tensors: [[2, 4, 1]],
    values: [Float32Array.from(range(8))],
    arguments: smaller,
  });
  expectClose(shrunk, [2.5, 4.5]);
});

test("similarity_matching compares cosines of centred rows with 1 for one class and −1/(n − 1) for others", () => {
  const labels = [0, 0, 1, 2, 1];
  const rows = range(5).map((row) => [...wave(20, 4).slice(4 * row, 4 * row + 4)]);
  const testCase = {
    operation: "similarity_matching",
    batch: 5,
    tensors: [[4], "label" as const],
    arguments: { classes: 3 },
  };
  const found = valuesOf({ ...testCase, values: [Float32Array.from(rows.flat()), Int32Array.from(labels)] });
  expectClose(found, [matching(rows, labels, 3)]);
});

test("similarity_matching of an image takes the deviation of every channel, and a constant channel has no gradient", () => {
  const labels = [0, 0, 1, 2];
  const image = wave(4 * 4 * 5, 0);
  // Channel 2 is constant in the first sample.
  for (const pixel of range(4)) image[pixel * 5 + 2] = 0;
  const rows = range(4).map((n) =>
    range(5).map((c) => {
      const channel = range(4).map((pixel) => image[(n * 4 + pixel) * 5 + c] as number);
      const mean = average(channel);
      return Math.sqrt(channel.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 3);
    }),
  );
  const values = [image, Int32Array.from(labels)];
  const testCase = {
    operation: "similarity_matching",
    batch: 4,
    tensors: [[2, 2, 5], "label" as const],
    values,
    arguments: { classes: 3 },
  };
  expectClose(valuesOf(testCase), [matching(rows, labels, 3)]);
  const [slopes] = gradientsOf(testCase, "uniform").analytic as [Float32Array];
  expect(slopes.every(Number.isFinite)).toBe(true);
  expect(range(4).map((pixel) => slopes[pixel * 5 + 2])).toEqual([0, 0, 0, 0]);
});

// T4 of the reference: the first row of D[z][c] = sin(1 + 2z + c), 3 × 6, pooled to 4.
test("dictionary_similarity pools the dictionary in overlapping bins and multiplies it with the mean feature", () => {
  const dictionary = Float32Array.from(range(18), (index) => Math.sin(1 + 2 * Math.floor(index / 6) + (index % 6)));
  const unit = Float32Array.from(range(16), (index) => (index % 5 === 0 ? 1 : 0));
  const testCase = { operation: "dictionary_similarity", batch: 4, tensors: [[4], { whole: [3, 6] }] };
  const logits = valuesOf({ ...testCase, values: [unit, dictionary] });
  const firstRow = range(4).map((channel) => logits[3 * channel] as number);
  for (const [index, value] of [0.8753842, 0.5252087, -0.8578634, -0.6191699].entries()) {
    expect(firstRow[index]).toBeCloseTo(value, 6);
  }
  const tokens = wave(2 * 3 * 6, 1);
  const found = valuesOf({
    operation: "dictionary_similarity",
    batch: 2,
    tensors: [[3, 6], { whole: [3, 6] }],
    values: [tokens, dictionary],
  });
  const expected = range(2).flatMap((n) =>
    range(3).map((z) =>
      range(6).reduce((sum, c) => {
        const mean = average(range(3).map((t) => tokens[(n * 3 + t) * 6 + c] as number));
        return sum + mean * (dictionary[z * 6 + c] as number);
      }, 0),
    ),
  );
  expectClose(found, expected);
});

test("goodness is the binary cross-entropy of squared activity less the number of features", () => {
  const [positive, negative] = [wave(12, 0), wave(12, 1)];
  const excess = (h: Float32Array, n: number) => h.slice(4 * n, 4 * n + 4).reduce((sum, x) => sum + x * x, 0) - 4;
  const losses = range(3).map(
    (n) => Math.log(1 + Math.exp(-excess(positive, n))) + Math.log(1 + Math.exp(excess(negative, n))),
  );
  const found = valuesOf({ operation: "goodness", batch: 3, tensors: [[4], [4]], values: [positive, negative] });
  expectClose(found, [average(losses) / 2]);
});

test("a parameter is its weight, and scales a tensor as a gate", () => {
  const value = Float32Array.of(1, 2, 3, 4);
  const found = valuesOf({
    operation: "parameter",
    batch: 1,
    tensors: [],
    arguments: { shape: [2, 2] },
    weights: { value },
  });
  expect([...found]).toEqual([1, 2, 3, 4]);
  const values = [value, Float32Array.of(3)];
  expect([...valuesOf({ operation: "multiply", batch: 2, tensors: [[2], { whole: [] }], values })]).toEqual([
    3, 6, 9, 12,
  ]);
});

/** Mean over all pairs of (cosine of centred rows − label similarity)². */
function matching(rows: readonly (readonly number[])[], labels: readonly number[], classes: number): number {
  const centred = rows.map((row) => row.map((x) => x - average(row)));
  const unit = centred.map((row) => row.map((x) => x / (1e-8 + Math.hypot(...row))));
  return average(
    unit.flatMap((a, i) =>
      unit.map((b, j) => {
        const cosine = a.reduce((sum, x, k) => sum + x * (b[k] as number), 0);
        return (cosine - (labels[i] === labels[j] ? 1 : -1 / (classes - 1))) ** 2;
      }),
    ),
  );
}

function expectClose(found: Float32Array, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, index) => {
    const difference = Math.abs((found[index] as number) - value);
    expect(difference, `element ${index}: expected ${value}, found ${found[index]}`).toBeLessThan(
      1e-5 * Math.max(1, Math.abs(value)),
    );
  });
}
