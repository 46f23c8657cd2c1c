import "./also-portable.ts";
import { expect, test } from "vitest";
import { execute } from "./execute.ts";
import type { OperationCase } from "./harness.ts";
import { prepare, scattered, valuesOf, wave } from "./harness.ts";
import {
  average,
  contrastiveLoss,
  convolve,
  normaliseColumns,
  range,
  resizeAligned,
  softmaxLoss,
} from "./reference.ts";

test.each([
  { kernel: 3, stride: 1, dilation: 1, size: [6, 5] },
  { kernel: 3, stride: 2, dilation: 1, size: [8, 8] },
  { kernel: 3, stride: 2, dilation: 1, size: [7, 7] },
  { kernel: 1, stride: 2, dilation: 1, size: [6, 6] },
  { kernel: 5, stride: 1, dilation: 1, size: [6, 6] },
  { kernel: 7, stride: 2, dilation: 1, size: [9, 10] },
  { kernel: 3, stride: 1, dilation: 2, size: [7, 7] },
  { kernel: 3, stride: 2, dilation: 2, size: [8, 7] },
])("conv with kernel $kernel, stride $stride, dilation $dilation on $size equals the sum it is defined by", (row) => {
  const [height, width] = row.size as [number, number];
  const testCase: OperationCase = {
    operation: "conv",
    batch: 2,
    tensors: [[height, width, 3]],
    arguments: { channels: 4, kernel: row.kernel, stride: row.stride, dilation: row.dilation, bias: false },
    weights: { kernel: wave(row.kernel ** 2 * 12, 7) },
  };
  const expected = convolve(wave(2 * height * width * 3, 0), [2, height, width, 3], wave(row.kernel ** 2 * 12, 7), {
    size: row.kernel,
    channels: 4,
    stride: row.stride,
    padding: ((row.kernel - 1) * row.dilation) / 2,
    dilation: row.dilation,
  });
  expectClose(valuesOf(testCase), expected);
});

test("dense multiplies the last axis of tokens", () => {
  const kernel = wave(6, 1);
  const values = valuesOf({
    operation: "dense",
    batch: 2,
    tensors: [[2, 3]],
    arguments: { features: 2 },
    weights: { kernel, bias: Float32Array.of(10, 20) },
  });
  const x = wave(12, 0);
  const expected = range(4).flatMap((row) =>
    range(2).map(
      (out) =>
        (out + 1) * 10 +
        range(3).reduce((sum, i) => sum + (x[3 * row + i] as number) * (kernel[2 * i + out] as number), 0),
    ),
  );
  expectClose(values, expected);
});

test("batch_norm follows the batch and keeps running statistics with the unbiased variance", () => {
  const constant = (value: number) => new Float32Array(2).fill(value);
  const testCase: OperationCase = {
    operation: "batch_norm",
    batch: 2,
    tensors: [[3, 4, 2]],
    weights: { scale: constant(2), offset: constant(1), mean: constant(0.5), variance: constant(3) },
  };
  const { recorder, inputs, output } = prepare(testCase);
  const assigned = ["mean", "variance"].map((name) => recorder.assigned.get(name) as number);
  const [y, mean, variance] = execute(recorder, 2, inputs, [output, ...assigned]);
  const x = wave(48, 0);
  const rows = range(24).map((row) => [x[2 * row] as number, x[2 * row + 1] as number]);
  const expected = normaliseColumns(rows, 1e-5);
  expectClose(
    y as Float32Array,
    expected.values.flat().map((value) => 2 * value + 1),
  );
  expectClose(
    mean as Float32Array,
    expected.mean.map((value) => 0.9 * 0.5 + 0.1 * value),
  );
  expectClose(
    variance as Float32Array,
    expected.unbiased.map((value) => 0.9 * 3 + 0.1 * value),
  );
});

test("batch_norm in evaluation uses the running statistics and assigns nothing", () => {
  const testCase: OperationCase = {
    operation: "batch_norm",
    mode: "evaluate",
    batch: 1,
    tensors: [[2]],
    values: [Float32Array.of(3, -1)],
    weights: {
      scale: Float32Array.of(2, 1),
      offset: Float32Array.of(0.5, 0),
      mean: Float32Array.of(1, 1),
      variance: Float32Array.of(4, 1),
    },
  };
  expectClose(valuesOf(testCase), [2 * (2 / Math.sqrt(4 + 1e-5)) + 0.5, -2 / Math.sqrt(1 + 1e-5)]);
  expect(prepare(testCase).recorder.assigned.size).toBe(0);
});

// Golden test I: rows (1, 2), (3, 5), (5, 11) from fresh statistics.
test("batch_norm of three rows gives PyTorch's outputs and running statistics", () => {
  const fresh = { scale: 1, offset: 0, mean: 0, variance: 1 };
  const weights = Object.fromEntries(
    Object.entries(fresh).map(([name, value]) => [name, new Float32Array(2).fill(value)]),
  );
  const values = [Float32Array.of(1, 2, 3, 5, 5, 11)];
  const { recorder, inputs, output } = prepare({ operation: "batch_norm", batch: 3, tensors: [[2]], values, weights });
  const assigned = ["mean", "variance"].map((name) => recorder.assigned.get(name) as number);
  const [y, mean, variance] = execute(recorder, 3, inputs, [output, ...assigned]);
  expectClose(y as Float32Array, [-1.22474258, -1.06904459, 0, -0.26726115, 1.22474258, 1.33630573]);
  expectClose(mean as Float32Array, [0.3, 0.6]);
  expectClose(variance as Float32Array, [1.3, 3.0]);
});

test("a batch of one sample stays finite in batch_norm and supervised_contrastive", () => {
  const values = [Float32Array.of(3, -1)];
  const weights = { scale: Float32Array.of(2, 1), offset: Float32Array.of(0.5, 0.25) };
  expectClose(valuesOf({ operation: "batch_norm", batch: 1, tensors: [[2]], values, weights }), [0.5, 0.25]);
  expectClose(valuesOf({ operation: "supervised_contrastive", batch: 1, tensors: [[2], "label"], values }), [0]);
});

test.each([
  { from: [2, 2], to: [4, 4] },
  { from: [3, 3], to: [5, 5] },
  { from: [4, 5], to: [7, 3] },
  { from: [1, 1], to: [3, 3] },
  { from: [8, 8], to: [32, 32] },
])("bilinear resize from $from to $to keeps corner pixels in place", ({ from, to }) => {
  const [height, width] = from as [number, number];
  const values = wave(height * width, 0);
  const image = range(height).map((row) => [...values.slice(row * width, (row + 1) * width)]);
  const testCase = { operation: "resize", batch: 1, tensors: [[height, width, 1]], arguments: { shape: to } };
  expectClose(valuesOf(testCase), resizeAligned(image, to[0] as number, to[1] as number).flat());
});

// Golden test C.
test("a 2 × 2 ramp resized to 4 × 4 has thirds between its corners, and its binary cross-entropy is the published one", () => {
  const ramp = Float32Array.of(0, 1, 2, 3);
  const resized = valuesOf({
    operation: "resize",
    batch: 1,
    tensors: [[2, 2, 1]],
    arguments: { shape: [4, 4] },
    values: [ramp],
  });
  const thirds = [0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7, 8, 9].map((x) => x / 3);
  expectClose(resized, thirds);
  const target = Float32Array.from(range(16), (index) => index / 15);
  const loss = valuesOf({
    operation: "binary_cross_entropy",
    batch: 1,
    tensors: [
      [4, 4, 1],
      [4, 4, 1],
    ],
    values: [resized, target],
  });
  expectClose(loss, [0.7535864835]);
  const larger = { operation: "resize", batch: 1, tensors: [[3, 3, 1]], arguments: { shape: [5, 5] } };
  const rows = valuesOf({ ...larger, values: [Float32Array.from(range(9))] });
  expectClose(rows.slice(0, 10), [0, 0.5, 1, 1.5, 2, 1.5, 2, 2.5, 3, 3.5]);
});

test("nearest resize takes the pixel whose share of the image the new one begins in", () => {
  const values = [Float32Array.of(1, 2, 3)];
  const resized = valuesOf({
    operation: "resize",
    batch: 1,
    tensors: [[1, 3, 1]],
    arguments: { shape: [2, 5], method: "nearest" },
    values,
  });
  expect([...resized]).toEqual([1, 1, 2, 2, 3, 1, 1, 2, 2, 3]);
});

test("resizing to the same size is no instruction", () => {
  const { recorder } = prepare({
    operation: "resize",
    batch: 1,
    tensors: [[4, 4, 2]],
    arguments: { shape: [4, 4, 3] },
  });
  expect(recorder.instructions).toEqual([]);
});

test.each([0, 0.1])("cross_entropy with smoothing %d is the mean of −Σ q log p", (smoothing) => {
  const logits = wave(15, 0);
  const labels = [0, 2, 1, 1, 0];
  const testCase: OperationCase = {
    operation: "cross_entropy",
    batch: 5,
    tensors: [[3], "label"],
    arguments: { smoothing },
    values: [logits, Int32Array.from(labels)],
  };
  const rows = labels.map((_, row) => [...logits.slice(3 * row, 3 * row + 3)]);
  const targets = labels.map((label) => range(3).map((k) => smoothing / 3 + (k === label ? 1 - smoothing : 0)));
  expectClose(valuesOf(testCase), [softmaxLoss(rows, targets)]);
});

test("binary_cross_entropy stays finite and exact for large logits", () => {
  const values = [Float32Array.of(60, -60, 100, -100), Float32Array.of(1, 0, 0, 1)];
  expectClose(valuesOf({ operation: "binary_cross_entropy", batch: 1, tensors: [[4], [4]], values }), [50]);
});

test("mean_squared_error is the mean over all elements", () => {
  const [a, b] = [wave(12, 0), wave(12, 1)];
  const expected = average([...a].map((x, index) => (x - (b[index] as number)) ** 2));
  expectClose(
    valuesOf({
      operation: "mean_squared_error",
      batch: 2,
      tensors: [
        [2, 3],
        [2, 3],
      ],
    }),
    [expected],
  );
});

test("supervised_contrastive counts lonely samples in the mean, and follows its definition", () => {
  const labels = [0, 0, 1, 2, 1, 0];
  const rows = range(6).map((row) => [...wave(24, 4).slice(4 * row, 4 * row + 4)]);
  const unit = rows.map((row) => row.map((x) => x / Math.hypot(...row)));
  const values = [Float32Array.from(unit.flat()), Int32Array.from(labels)];
  const found = valuesOf({ operation: "supervised_contrastive", batch: 6, tensors: [[4], "label"], values });
  expectClose(found, [contrastiveLoss(unit, labels, 0.07)]);
});

test("normalize gives rows of length 1 and leaves a row of zeros", () => {
  const values = [Float32Array.of(3, 4, 0, 0)];
  expectClose(valuesOf({ operation: "normalize", batch: 2, tensors: [[2]], values }), [0.6, 0.8, 0, 0]);
});

test("avg_pool counts padded zeros, max_pool never chooses them", () => {
  const values = [new Float32Array(4).fill(-2)];
  const shared = { batch: 1, tensors: [[2, 2, 1]], values, arguments: { size: 2, stride: 2, padding: 1 } };
  expectClose(valuesOf({ operation: "avg_pool", ...shared }), [-0.5, -0.5, -0.5, -0.5]);
  expectClose(valuesOf({ operation: "max_pool", ...shared }), [-2, -2, -2, -2]);
});

test("std divides by one less than the number of pixels", () => {
  const values = [Float32Array.of(1, 2, 3, 4)];
  expectClose(valuesOf({ operation: "std", batch: 1, tensors: [[2, 2, 1]], values }), [Math.sqrt(5 / 3)]);
});

test("a tensor of channels is repeated over height and width", () => {
  const values = [Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), Float32Array.of(10, 20, 30, 40)];
  const found = valuesOf({ operation: "add", batch: 2, tensors: [[2, 1, 2], [2]], values });
  expect([...found]).toEqual([11, 22, 13, 24, 35, 46, 37, 48]);
});

test("transpose, concat, slice and pad put every element where they say", () => {
  const values = [Float32Array.from(range(6))];
  const box = { batch: 1, tensors: [[2, 3]], values };
  expect([...valuesOf({ operation: "transpose", ...box, arguments: { axes: [2, 1] } })]).toEqual([0, 3, 1, 4, 2, 5]);
  expect([...valuesOf({ operation: "slice", ...box, arguments: { begin: [1, 1], size: [1, 2] } })]).toEqual([4, 5]);
  const padded = valuesOf({ operation: "pad", ...box, arguments: { before: [0, 1], after: [1, 0], value: 9 } });
  expect([...padded]).toEqual([9, 0, 1, 2, 9, 3, 4, 5, 9, 9, 9, 9]);
  const joined = { operation: "concat", batch: 2, tensors: [[1], [2]], arguments: { axis: 1 } };
  expect([...valuesOf({ ...joined, values: [Float32Array.of(1, 2), Float32Array.of(3, 4, 5, 6)] })]).toEqual([
    1, 3, 4, 2, 5, 6,
  ]);
});

test("max_pool takes the largest of every window", () => {
  const values = [scattered(16)];
  const found = valuesOf({ operation: "max_pool", batch: 1, tensors: [[4, 4, 1]], values });
  const image = [...(values[0] as Float32Array)];
  const expected = [0, 2, 8, 10].map((corner) =>
    Math.max(...[0, 1, 4, 5].map((step) => image[corner + step] as number)),
  );
  expectClose(found, expected);
});

function expectClose(found: Float32Array, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, index) => {
    const difference = Math.abs((found[index] as number) - value);
    expect(difference, `element ${index}: expected ${value}, found ${found[index]}`).toBeLessThan(
      1e-5 * Math.max(1, Math.abs(value)),
    );
  });
}
