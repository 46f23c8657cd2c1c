import { expect, test } from "vitest";
import type { ArgumentValue } from "../../compiler/operations/operation.ts";
import { findOperation, operations } from "../../compiler/operations/registry.ts";
import type { DataType } from "../../runtime/program/tensor-type.ts";
import { printShape } from "../../runtime/program/tensor-type.ts";
import { infer, isProblem } from "./harness.ts";

const image = [-1, 32, 32, 16];

test("operations are sorted, named once, and describe themselves and their parameters", () => {
  const names = operations.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)].sort());
  for (const { name, summary, parameters } of operations) {
    expect(name).toMatch(/^[a-z_0-9]+$/);
    for (const text of [summary, ...parameters.map((parameter) => parameter.summary)])
      expect(text.length, name).toBeGreaterThan(10);
  }
  expect(findOperation("conv")?.name).toBe("conv");
  expect(findOperation("convolution")).toBeUndefined();
});

test.each<[string, number[][], Record<string, ArgumentValue>, string]>([
  ["conv", [image], { channels: 8 }, "[batch, 32, 32, 8]"],
  ["conv", [image], { channels: 8, stride: 2 }, "[batch, 16, 16, 8]"],
  ["conv", [image], { channels: 8, kernel: 4, stride: 2, padding: 1 }, "[batch, 16, 16, 8]"],
  ["conv", [image], { channels: 8, dilation: 2 }, "[batch, 32, 32, 8]"],
  ["dense", [[-1, 49, 96]], { features: 10 }, "[batch, 49, 10]"],
  ["pool_all", [image], {}, "[batch, 16]"],
  ["pool_all", [[-1, 65, 16]], {}, "[batch, 16]"],
  ["pool_all", [[-1, 16]], {}, "[batch, 16]"],
  ["max_pool", [image], {}, "[batch, 16, 16, 16]"],
  ["flatten", [image], {}, "[batch, 16384]"],
  ["reshape", [image], { shape: [1024, 16] }, "[batch, 1024, 16]"],
  ["resize", [image], { shape: [8, 4] }, "[batch, 8, 4, 16]"],
  ["add", [image, [-1, 16]], {}, "[batch, 32, 32, 16]"],
  ["mean", [image], {}, "[]"],
  ["mean", [image], { axes: [-1] }, "[batch, 32, 32]"],
  ["std", [image], {}, "[batch, 16]"],
  [
    "matmul",
    [
      [-1, 4, 8],
      [-1, 4, 8],
    ],
    { transpose_b: true },
    "[batch, 4, 4]",
  ],
  ["mean_squared_error", [image, image], {}, "[]"],
  ["conv", [image], { channels: 8, groups: 8 }, "[batch, 32, 32, 8]"],
  ["depthwise_conv", [image], { multiplier: 2, stride: 2 }, "[batch, 16, 16, 32]"],
  ["conv_transpose", [image], { channels: 3 }, "[batch, 64, 64, 3]"],
  ["conv_transpose", [image], { channels: 3, kernel: 3, stride: 2, padding: 1 }, "[batch, 63, 63, 3]"],
  ["adaptive_avg_pool", [image], { size: [7] }, "[batch, 7, 7, 16]"],
  ["avg_pool", [image], { size: [16, 8] }, "[batch, 2, 4, 16]"],
  ["embed_patches", [image], { channels: 96, patch: 4 }, "[batch, 64, 96]"],
  ["class_token", [[-1, 64, 96]], {}, "[batch, 65, 96]"],
  ["attention", [[-1, 64, 96]], { heads: 3 }, "[batch, 64, 96]"],
  ["window_attention", [image], { heads: 2, window: 8, shift: 4 }, "[batch, 32, 32, 16]"],
  ["windows", [image], { size: 8 }, "[16·batch, 64, 16]"],
  ["unwindows", [[-16, 64, 16]], { height: 32, width: 32 }, "[batch, 32, 32, 16]"],
  ["space_to_depth", [image], {}, "[batch, 16, 16, 64]"],
  ["pixel_shuffle", [image], {}, "[batch, 64, 64, 4]"],
  ["parameter", [], {}, "[]"],
  ["dictionary_similarity", [image, [10, 64]], {}, "[batch, 10]"],
])("%s of %j with %j is %s", (name, shapes, given, expected) => {
  const result = inferFloat(name, shapes, given);
  expect(isProblem(result) ? result.problem.message : printShape(result.type.shape)).toBe(expected);
});

test.each<[string, number[][], Record<string, ArgumentValue>, string, string]>([
  [
    "conv",
    [[-1, 64]],
    { channels: 8 },
    "rank-mismatch",
    "`conv` needs an image [batch, height, width, channels], found [batch, 64]",
  ],
  ["conv", [image], { channels: 8, kernel: 2 }, "argument-out-of-range", "a kernel of 2 has no symmetric padding"],
  [
    "conv",
    [image],
    { channels: 9, groups: 3 },
    "argument-out-of-range",
    "`groups` must divide 16 channels in and 9 out, found 3",
  ],
  [
    "conv",
    [[-1, 2, 2, 1]],
    { channels: 8, kernel: 5, padding: 0 },
    "shape-mismatch",
    "a kernel of 5 × 5 with padding 0 does not fit into [batch, 2, 2, 1]",
  ],
  [
    "dense",
    [image],
    { features: 8 },
    "rank-mismatch",
    "`dense` needs features [batch, features] or tokens [batch, tokens, channels], found [batch, 32, 32, 16]",
  ],
  [
    "add",
    [image, [-1, 16, 16, 32]],
    {},
    "shape-mismatch",
    "`add` needs two tensors of one shape, found [batch, 32, 32, 16] and [batch, 16, 16, 32]",
  ],
  [
    "reshape",
    [[-1, 6]],
    { shape: [4] },
    "shape-mismatch",
    "`reshape` to [batch, 4] needs 4 elements per sample, found 6 in [batch, 6]",
  ],
  [
    "concat",
    [
      [-1, 4, 2],
      [-1, 5, 3],
    ],
    { axis: 2 },
    "shape-mismatch",
    "`concat` needs shapes that differ along axis 2 only: [batch, 4, 2] and [batch, 5, 3]",
  ],
  [
    "resize",
    [image],
    { shape: [8, 8], method: "nearest", align_corners: true },
    "argument-out-of-range",
    "nearest resizing has no aligned corners: a pixel is one of the old ones",
  ],
  ["mean", [image], { axes: [4] }, "argument-out-of-range", "`axes` must lie in 1 … 3, found 4"],
  [
    "transpose",
    [[-1, 4, 2]],
    { axes: [1, 1] },
    "argument-out-of-range",
    "`axes` must name each of 1, 2 once, found [1, 1]",
  ],
  [
    "max_pool",
    [image],
    { size: 2, padding: 2 },
    "argument-out-of-range",
    "`padding` must be at most half the size, 1, found 2",
  ],
  [
    "cross_entropy",
    [
      [-1, 10],
      [-1, 10],
    ],
    {},
    "label-expected",
    "`cross_entropy` needs the labels as its second tensor, found float32 [batch, 10]",
  ],
  [
    "window_attention",
    [image],
    { heads: 2, window: 7 },
    "shape-mismatch",
    "windows of 7 × 7 do not tile [batch, 32, 32, 16]",
  ],
  ["attention", [[-1, 4, 10]], { heads: 4 }, "argument-out-of-range", "4 heads do not divide 10 channels"],
  [
    "conv_transpose",
    [image],
    { channels: 4, kernel: 3, stride: 2 },
    "argument-out-of-range",
    "a kernel of 3 with stride 2 does not make an image exactly 2 times larger",
  ],
  ["dropout", [image], { rate: 1 }, "argument-out-of-range", "`rate` must lie in [0, 1), found 1"],
  ["pixel_shuffle", [[-1, 4, 4, 6]], {}, "argument-out-of-range", "6 channels do not make squares of 2 × 2 pixels"],
  [
    "dictionary_similarity",
    [image, [10, 8]],
    {},
    "shape-mismatch",
    "a dictionary of width 8 is narrower than features of 16 channels",
  ],
  [
    "similarity_matching",
    [image, image],
    { classes: 10 },
    "label-expected",
    "`similarity_matching` needs the labels as its second tensor, found float32 [batch, 32, 32, 16]",
  ],
  ["avg_pool", [image], { size: [2, 2, 2] }, "argument-out-of-range", "`size` must be one number or [height, width]"],
  [
    "mean_squared_error",
    [
      [-1, 4],
      [-1, 5],
    ],
    {},
    "shape-mismatch",
    "`mean_squared_error` needs two tensors of one shape, found [batch, 4] and [batch, 5]",
  ],
])("%s of %j with %j is refused", (name, shapes, given, problem, message) => {
  const result = inferFloat(name, shapes, given);
  expect(isProblem(result) ? [result.problem.name, result.problem.message] : result).toEqual([problem, message]);
});

test("conv draws its kernel with fan-out and its bias with fan-in", () => {
  const result = inferFloat("conv", [image], { channels: 32, kernel: 3 });
  const bound = 1 / Math.sqrt(9 * 16);
  expect(isProblem(result) ? result : result.weights).toEqual([
    {
      name: "kernel",
      shape: [3, 3, 16, 32],
      initializer: { kind: "normal", mean: 0, standardDeviation: Math.sqrt(2 / (9 * 32)) },
      group: "weight",
    },
    { name: "bias", shape: [32], initializer: { kind: "uniform", low: -bound, high: bound }, group: "bias" },
  ]);
});

test("dense draws kernel and bias from ±1/√in", () => {
  const result = inferFloat("dense", [[-1, 64]], { features: 10 });
  const initializer = { kind: "uniform", low: -0.125, high: 0.125 };
  expect(isProblem(result) ? result : result.weights).toEqual([
    { name: "kernel", shape: [64, 10], initializer, group: "weight" },
    { name: "bias", shape: [10], initializer, group: "bias" },
  ]);
});

test("a window that is larger than the image becomes its side, and its table with it", () => {
  const sizes = [
    { side: 56, window: 7, rows: 169 },
    { side: 7, window: 7, rows: 169 },
    { side: 4, window: 7, rows: 49 },
  ].map(({ side, window, rows }) => ({
    rows,
    found: inferFloat("window_attention", [[-1, side, side, 96]], { heads: 3, window }),
  }));
  for (const { rows, found } of sizes) {
    const table = isProblem(found) ? undefined : found.weights.find(({ name }) => name === "positions");
    expect(table?.shape).toEqual([rows, 3]);
    expect(table?.group).toBe("bias");
  }
});

test("an initializer given wins over the operation's own", () => {
  const init = { kind: "constant", value: 0 } as const;
  const result = inferFloat("dense", [[-1, 64]], { features: 10, init });
  expect(isProblem(result) ? result : result.weights.map(({ initializer }) => initializer)).toEqual([
    init,
    { kind: "uniform", low: -0.125, high: 0.125 },
  ]);
});

test("batch_norm trains scale and offset and keeps two statistics", () => {
  const result = inferFloat("batch_norm", [image], {});
  const weights = isProblem(result) ? [] : result.weights;
  expect(weights.map(({ name, group, initializer }) => [name, group, initializer])).toEqual([
    ["scale", "norm", { kind: "constant", value: 1 }],
    ["offset", "norm", { kind: "constant", value: 0 }],
    ["mean", "statistic", { kind: "constant", value: 0 }],
    ["variance", "statistic", { kind: "constant", value: 1 }],
  ]);
});

function inferFloat(name: string, shapes: readonly number[][], given: Record<string, ArgumentValue>) {
  const dataType: DataType = "float32";
  return infer(
    name,
    shapes.map((shape) => ({ dataType, shape })),
    given,
  );
}

test.each<[string, number[], Record<string, ArgumentValue>, string | undefined]>([
  [
    "conv",
    [-1, 64],
    { channels: 8 },
    "`reshape([height, width, channels])` makes an image of features; `dense` is their layer",
  ],
  ["conv", [-1, 65, 64], { channels: 8 }, "`reshape([height, width, channels])` makes an image of tokens"],
  ["mean_tokens", image, {}, "`reshape([x.height * x.width, x.channels])` makes tokens of an image"],
  [
    "supervised_contrastive",
    image,
    {},
    "`pool_all` makes features of it, a mean per channel; `flatten` keeps every number",
  ],
  ["matmul", [-1, 64], {}, undefined],
])("%s of %j says how to make the tensor it needs", (operation, shape, given, help) => {
  const type = { dataType: "float32", shape } as const;
  const tensors = operation === "matmul" ? [type, type] : [type];
  const result = infer(operation, tensors, given);
  expect(isProblem(result) && result.problem.name).toBe("rank-mismatch");
  expect(isProblem(result) && result.problem.help).toBe(help);
});

test.each([
  [[-1, 8, 8, 4], [-1, 8, 8, 3], "end the decoder in `conv(target.channels, 3)`"],
  [
    [-1, 4, 8, 3],
    [-1, 8, 8, 3],
    "a decoder comes to its target's size by `resize(target.shape)`, `pixel_shuffle` or `conv_transpose`",
  ],
  [[-1, 64], [-1, 48], "end the decoder in `dense(target.features)`"],
  [[-1, 16, 8], [-1, 16, 4], "end the decoder in `dense(target.channels)`"],
  [[-1, 48], [-1, 4, 4, 3], "`reshape(target.shape)` gives the target's shape to as many numbers"],
])("a decoder that makes %j for a target of %j hears how to end", (own, target, help) => {
  const types = [own, target].map((shape) => ({ dataType: "float32", shape }) as const);
  for (const operation of ["mean_squared_error", "binary_cross_entropy"]) {
    const result = infer(operation, types);
    expect(isProblem(result) && result.problem).toMatchObject({ name: "shape-mismatch", help });
  }
});
