import "./also-portable.ts";
import { expect, test } from "vitest";
import type { Operation } from "../../compiler/operations/operation.ts";
import { findOperation } from "../../compiler/operations/registry.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import { prepare, valuesOf, wave } from "./harness.ts";
import { average, range } from "./reference.ts";
import { gelu, softmax, standardise } from "./swin-reference.ts";

test("layer_norm standardises every token with the biased variance", () => {
  const rows = range(6).map((row) => [...wave(30, 0).slice(5 * row, 5 * row + 5)]);
  const weights = { scale: wave(5, 1), offset: wave(5, 2) };
  const found = valuesOf({ operation: "layer_norm", batch: 2, tensors: [[3, 5]], weights });
  const expected = rows.flatMap((row) =>
    standardise(row, 1e-5).map((y, c) => y * (weights.scale[c] as number) + (weights.offset[c] as number)),
  );
  expectClose(found, expected);
});

test("layer_norm of rows far from 0 loses nothing that their own precision has", () => {
  const values = [Float32Array.from([1000, 1001, 1002, 1003])];
  const given = { affine: false };
  const found = valuesOf({ operation: "layer_norm", batch: 1, tensors: [[4]], values, arguments: given });
  expectClose(found, standardise([1000, 1001, 1002, 1003], 1e-5));
});

test("group_norm standardises every group of channels of a sample over all pixels", () => {
  const x = wave(2 * 6 * 4, 0);
  const weights = { scale: new Float32Array(4).fill(1), offset: new Float32Array(4) };
  const found = valuesOf({
    operation: "group_norm",
    batch: 2,
    tensors: [[2, 3, 4]],
    arguments: { groups: 2 },
    weights,
  });
  const expected = new Array<number>(48);
  for (const n of range(2))
    for (const group of range(2)) {
      const places = range(6).flatMap((pixel) => range(2).map((c) => (n * 6 + pixel) * 4 + group * 2 + c));
      const rows = standardise(
        places.map((place) => x[place] as number),
        1e-5,
      );
      places.forEach((place, index) => {
        expected[place] = rows[index] as number;
      });
    }
  expectClose(found, expected);
});

test("gelu is x · Φ(x), also far out and at 0", () => {
  const x = [-3, -1, -0.1, 0, 0.1, 1, 3];
  const found = valuesOf({ operation: "gelu", batch: 1, tensors: [[7]], values: [Float32Array.from(x)] });
  expectClose(found, x.map(gelu));
  expectClose(valuesOf({ operation: "gelu", batch: 1, tensors: [[2]], values: [Float32Array.of(-30, 30)] }), [0, 30]);
});

test("gelu keeps only its input for the gradient", () => {
  const { recorder } = prepare({ operation: "gelu", batch: 1, tensors: [[2]] });
  expect(recorder.instructions.map(({ primitive }) => primitive)).toEqual(["scale", "erf", "shift", "scale", "gelu"]);
});

test("attention mixes values by the softmax of scaled products of queries and keys", () => {
  const [tokens, channels, heads] = [3, 4, 2];
  const x = wave(tokens * channels, 0);
  const [qkv, projection] = [wave(48, 1), wave(16, 2)];
  const weights = {
    qkv_kernel: qkv,
    qkv_bias: wave(12, 3),
    projection_kernel: projection,
    projection_bias: wave(4, 4),
  };
  const found = valuesOf({
    operation: "attention",
    batch: 1,
    tensors: [[tokens, channels]],
    arguments: { heads },
    weights,
  });
  const made = range(tokens).map((t) =>
    range(12).map(
      (out) =>
        (weights.qkv_bias[out] as number) +
        range(channels).reduce((sum, c) => sum + (x[t * channels + c] as number) * (qkv[c * 12 + out] as number), 0),
    ),
  );
  const part = (token: number, which: number, head: number) =>
    (made[token] as number[]).slice(which * 4 + head * 2, which * 4 + head * 2 + 2);
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, y, i) => sum + y * (b[i] as number), 0);
  const expected = range(tokens).flatMap((t) => {
    const mixed = range(heads).flatMap((head) => {
      const shares = softmax(range(tokens).map((u) => dot(part(t, 0, head), part(u, 1, head)) / Math.SQRT2));
      return range(2).map((d) =>
        dot(
          shares,
          range(tokens).map((u) => part(u, 2, head)[d] as number),
        ),
      );
    });
    return range(channels).map(
      (out) =>
        (weights.projection_bias[out] as number) +
        range(channels).reduce((sum, c) => sum + (mixed[c] as number) * (projection[c * 4 + out] as number), 0),
    );
  });
  expectClose(found, expected);
});

test("windows takes squares row by row and unwindows puts them back", () => {
  const values = [Float32Array.from(range(16))];
  const cut = valuesOf({ operation: "windows", batch: 1, tensors: [[4, 4, 1]], values, arguments: { size: 2 } });
  expect([...cut]).toEqual([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);
  const there: Operation = {
    ...(findOperation("windows") as Operation),
    infer: ({ tensors }) => ({ type: tensors[0] as TensorType, weights: [] }),
    emit: (call, emitter) => {
      const tokens = (findOperation("windows") as Operation).emit(call, emitter);
      const back = { tensors: [emitter.typeOf(tokens)], arguments: { height: 4, width: 4 } };
      return (findOperation("unwindows") as Operation).emit(back, { ...emitter, tensors: [tokens] });
    },
  };
  const both = { operation: there, batch: 1, tensors: [[4, 4, 1]], values, arguments: { size: 2 } };
  expect([...valuesOf(both)]).toEqual(range(16));
});

test("roll moves rows down and columns right, around the end", () => {
  const values = [Float32Array.from(range(6))];
  const given = { amounts: [1, -1] };
  const found = valuesOf({ operation: "roll", batch: 1, tensors: [[2, 3, 1]], values, arguments: given });
  expect([...found]).toEqual([4, 5, 3, 1, 2, 0]);
});

test.each([
  { order: "rows", expected: [0, 1, 2, 3, 4, 5, 6, 7] },
  // Swin: (0, 0), (1, 0), (0, 1), (1, 1) as (row, column).
  { order: "columns", expected: [0, 1, 4, 5, 2, 3, 6, 7] },
  { order: "channels", expected: [0, 2, 4, 6, 1, 3, 5, 7] },
])("space_to_depth gathers a square with its pixels in the order $order", ({ order, expected }) => {
  const values = [Float32Array.from(range(8))];
  const found = valuesOf({ operation: "space_to_depth", batch: 1, tensors: [[2, 2, 2]], values, arguments: { order } });
  expect([...found]).toEqual(expected);
});

test("pixel_shuffle spreads channel c · 4 + 2 · row + column, as PyTorch does", () => {
  const values = [Float32Array.from(range(8))];
  const found = valuesOf({ operation: "pixel_shuffle", batch: 1, tensors: [[1, 1, 8]], values });
  // Two channels of a 2 × 2 image: 0 1 2 3 and 4 5 6 7.
  expect([...found]).toEqual([0, 4, 1, 5, 2, 6, 3, 7]);
});

test("embed_patches, class_token and positions make a ViT's tokens", () => {
  const image = wave(16, 0);
  const kernel = wave(8, 1);
  const weights = { kernel, bias: Float32Array.of(1, 2) };
  const given = { channels: 2, patch: 2 };
  const tokens = valuesOf({ operation: "embed_patches", batch: 1, tensors: [[4, 4, 1]], arguments: given, weights });
  const expected = range(4).flatMap((patch) =>
    range(2).map((out) =>
      range(4).reduce((sum, i) => {
        const place = (2 * Math.floor(patch / 2) + Math.floor(i / 2)) * 4 + 2 * (patch % 2) + (i % 2);
        return sum + (image[place] as number) * (kernel[2 * i + out] as number);
      }, out + 1),
    ),
  );
  expectClose(tokens, expected);
  const token = { value: Float32Array.of(8, 9) };
  const values = [Float32Array.of(1, 2, 3, 4)];
  const longer = valuesOf({ operation: "class_token", batch: 2, tensors: [[1, 2]], values, weights: token });
  expect([...longer]).toEqual([8, 9, 1, 2, 8, 9, 3, 4]);
  expect([...valuesOf({ operation: "positions", batch: 2, tensors: [[1, 2]], values, weights: token })]).toEqual([
    9, 11, 11, 13,
  ]);
});

test("dropout keeps the mean, drops the share it is asked to, and is another one in every step", () => {
  const ones = new Float32Array(20_000).fill(1);
  const at = (seed: readonly [number, number], per: string) =>
    valuesOf({
      operation: "dropout",
      batch: 20,
      tensors: [[10, 10, 10]],
      values: [ones],
      arguments: { rate: 0.25, per },
      seed,
    });
  const first = at([7, 1], "element");
  expect(new Set(first)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  expect(first.filter((x) => x === 0).length / first.length).toBeCloseTo(0.25, 1);
  expect(average([...first])).toBeCloseTo(1, 1);
  expect(at([7, 1], "element")).toEqual(first);
  expect(at([7, 2], "element")).not.toEqual(first);
  expect(at([8, 1], "element")).not.toEqual(first);
  const channels = at([7, 1], "channel");
  const perSample = range(20).map((n) => range(10).map((c) => channels[n * 1000 + c] as number));
  for (const [index, x] of channels.entries()) expect(x).toBe(perSample[Math.floor(index / 1000)]?.[index % 10]);
  expect(new Set(perSample.flat()).size).toBe(2);
});

test("drop_path drops whole samples, and in evaluation nothing", () => {
  const testCase = { operation: "drop_path", batch: 200, tensors: [[2, 3]], arguments: { rate: 0.5 } };
  const values = [new Float32Array(1200).fill(1)];
  const found = valuesOf({ ...testCase, values });
  const samples = range(200).map((n) => [...found.slice(6 * n, 6 * n + 6)]);
  for (const sample of samples) expect(new Set(sample).size).toBe(1);
  const dropped = samples.filter(([first]) => first === 0).length;
  expect(dropped).toBeGreaterThan(70);
  expect(dropped).toBeLessThan(130);
  expect(prepare({ ...testCase, mode: "evaluate" }).recorder.instructions).toEqual([]);
});

test("a wrong label is another class, each equally often", () => {
  const values = [Int32Array.from(range(3000), (index) => index % 3)];
  const testCase = { operation: "one_hot", batch: 3000, tensors: ["label" as const], values };
  const rows = valuesOf({ ...testCase, arguments: { classes: 3, wrong: true } });
  const named = range(3000).map((n) => [...rows.slice(3 * n, 3 * n + 3)].indexOf(1));
  const steps = named.map((wrong, n) => (wrong - (n % 3) + 3) % 3);
  expect(steps.filter((step) => step === 0)).toEqual([]);
  expect(steps.filter((step) => step === 1).length / 3000).toBeCloseTo(0.5, 1);
  const evaluated = valuesOf({ ...testCase, mode: "evaluate", arguments: { classes: 3, wrong: true } });
  expect([...evaluated.slice(0, 9)]).toEqual([0, 1, 0, 0, 0, 1, 1, 0, 0]);
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
