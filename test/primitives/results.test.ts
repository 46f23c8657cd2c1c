import { expect, test } from "vitest";
import { ProgramError } from "../../runtime/primitives/primitive.ts";
import { findPrimitive } from "../../runtime/primitives/registry.ts";
import type { Attributes } from "../../runtime/program/step-program.ts";
import type { DataType } from "../../runtime/program/tensor-type.ts";
import { printType } from "../../runtime/program/tensor-type.ts";

type Typed = readonly number[] | readonly [DataType, readonly number[]];

const window = { strides: [1, 1], padding: [1, 1, 1, 1], dilations: [1, 1] };
const image = [-1, 32, 32, 16];

test.each<[string, Typed[], Attributes, string[]]>([
  ["conv2d", [image, [3, 3, 16, 32]], window, ["float32[batch, 32, 32, 32]"]],
  ["conv2d", [image, [3, 3, 16, 32]], { ...window, strides: [2, 2] }, ["float32[batch, 16, 16, 32]"]],
  [
    "conv2d",
    [image, [1, 1, 16, 32]],
    { ...window, strides: [2, 2], padding: [0, 0, 0, 0] },
    ["float32[batch, 16, 16, 32]"],
  ],
  [
    "conv2d_input_gradient",
    [
      [3, 3, 16, 32],
      [-1, 32, 32, 32],
    ],
    { ...window, inputShape: image },
    ["float32[batch, 32, 32, 16]"],
  ],
  [
    "matmul",
    [
      [-1, 5],
      [5, 7],
    ],
    { transposeA: false, transposeB: false },
    ["float32[batch, 7]"],
  ],
  [
    "matmul",
    [
      [-1, 5],
      [-1, 7],
    ],
    { transposeA: true, transposeB: false },
    ["float32[5, 7]"],
  ],
  [
    "matmul",
    [
      [-1, 5],
      [-1, 5],
    ],
    { transposeA: false, transposeB: true },
    ["float32[batch, batch]"],
  ],
  ["add", [[-1, 4, 1], [3]], {}, ["float32[batch, 4, 3]"]],
  [
    "equal",
    [
      ["int32", [-1, 1]],
      ["int32", [1, -1]],
    ],
    {},
    ["bool[batch, batch]"],
  ],
  ["mean", [image], { axes: [1, 2], keepAxes: false }, ["float32[batch, 16]"]],
  ["mean", [image], { axes: [1, 2], keepAxes: true }, ["float32[batch, 1, 1, 16]"]],
  ["reshape", [[-1, 7, 7, 3]], { shape: [-49, 3] }, ["float32[49·batch, 3]"]],
  ["one_hot", [["int32", [-1]]], { depth: 10, on: 1, off: 0 }, ["float32[batch, 10]"]],
  [
    "softmax_cross_entropy",
    [
      [-1, 10],
      ["int32", [-1]],
    ],
    {},
    ["float32[batch]", "float32[batch, 10]"],
  ],
  ["max_pool", [image], { size: [3, 3], strides: [2, 2], padding: [1, 1, 1, 1] }, ["float32[batch, 16, 16, 16]"]],
  ["resize_bilinear", [[-1, 8, 8, 3]], { size: [32, 16], alignCorners: true }, ["float32[batch, 32, 16, 3]"]],
])("%s of %j with %j gives %j", (name, operands, attributes, expected) => {
  expect(resultsOf(name, operands, attributes)).toEqual(expected);
});

test.each<[string, string, Typed[], Attributes, string]>([
  ["a kernel for other channels", "conv2d", [image, [3, 3, 5, 32]], window, "expects 5 channels"],
  ["groups that do not divide the channels out", "conv2d", [image, [3, 3, 4, 30]], window, "expects 4 channels"],
  [
    "a grouped kernel over padding that TensorFlow has no name for",
    "conv2d",
    [image, [3, 3, 4, 32]],
    { ...window, strides: [2, 2] },
    "groups",
  ],
  [
    "a kernel that does not fit",
    "conv2d",
    [
      [-1, 2, 2, 1],
      [5, 5, 1, 1],
    ],
    { ...window, padding: [0, 0, 0, 0] },
    "does not fit",
  ],
  [
    "a missing attribute",
    "conv2d",
    [image, [3, 3, 16, 32]],
    { strides: [1, 1], padding: [0, 0, 0, 0] },
    "attribute dilations",
  ],
  ["an unknown attribute", "relu", [image], { slope: 1 }, "unknown attribute slope"],
  ["an operand too many", "relu", [image, image], {}, "expected 1 operands"],
  ["integers where floats belong", "relu", [["int32", [-1]]], {}, "expected float32"],
  [
    "an output gradient of another shape",
    "conv2d_kernel_gradient",
    [image, [-1, 16, 16, 32]],
    { ...window, kernelShape: [3, 3, 16, 32] },
    "expected [batch, 32, 32, 32]",
  ],
  [
    "different inner axes",
    "matmul",
    [
      [-1, 5],
      [6, 7],
    ],
    { transposeA: false, transposeB: false },
    "inner axes differ",
  ],
  ["shapes that do not broadcast", "add", [[-1, 4], [3]], {}, "do not broadcast"],
  [
    "a batch axis against a fixed one",
    "add",
    [
      [-1, 4],
      [8, 4],
    ],
    {},
    "do not broadcast",
  ],
  [
    "statistics of other channels",
    "batch_norm_training",
    [image, [16], [16], [16], [8]],
    { epsilon: 1e-5, momentum: 0.1 },
    "operand 4",
  ],
  ["a reshape that loses elements", "reshape", [[-1, 4]], { shape: [-1, 5] }, "does not fit"],
  ["a reshape that loses the batch", "reshape", [[-1, 4]], { shape: [4] }, "does not fit"],
  ["axes out of order", "sum", [image], { axes: [2, 1], keepAxes: false }, "ascending"],
  ["an axis outside", "sum", [image], { axes: [4], keepAxes: false }, "outside"],
  ["a slice outside", "slice", [[-1, 4]], { begin: [0, 2], size: [-1, 3] }, "do not lie"],
  ["a slice of the batch", "slice", [[-1, 4]], { begin: [0, 0], size: [1, 4] }, "do not lie"],
  ["a permutation that repeats", "transpose", [[-1, 4]], { permutation: [0, 0] }, "every axis once"],
  [
    "labels for another batch",
    "softmax_cross_entropy",
    [
      [-1, 10],
      ["int32", [4]],
    ],
    {},
    "label",
  ],
  [
    "an average over padding",
    "avg_pool",
    [image],
    { size: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1] },
    "expected none",
  ],
])("%s is rejected", (_, name, operands, attributes, message) => {
  expect(() => resultsOf(name, operands, attributes)).toThrow(ProgramError);
  expect(() => resultsOf(name, operands, attributes)).toThrow(message);
});

test("an update needs a gradient shaped like its variables and a scalar rate", () => {
  const weight = { dataType: "float32", shape: [3, 4] } as const;
  const scalar = { dataType: "float32", shape: [] } as const;
  const attributes = { momentum: 0.9, nesterov: true };
  const momentum = findPrimitive("apply_momentum");
  expect(momentum?.results({ operands: [weight, scalar], attributes, variables: [weight, weight] })).toEqual([]);
  const other = { dataType: "float32", shape: [4, 3] } as const;
  expect(() => momentum?.results({ operands: [other, scalar], attributes, variables: [weight, weight] })).toThrow(
    "operand 0",
  );
  expect(() => momentum?.results({ operands: [weight, weight], attributes, variables: [weight, weight] })).toThrow(
    "operand 1",
  );
  expect(() => momentum?.results({ operands: [weight, scalar], attributes, variables: [weight] })).toThrow(
    "2 variables",
  );
});

test("multiply-adds count one sample, and not the comparison of samples with each other", () => {
  const macs = (name: string, operands: Typed[], attributes: Attributes) =>
    findPrimitive(name)?.macs?.({ operands: operands.map(typed), attributes, variables: [] });
  expect(macs("conv2d", [image, [3, 3, 16, 32]], { ...window, strides: [2, 2] })).toBe(16 * 16 * 9 * 16 * 32);
  expect(
    macs(
      "matmul",
      [
        [-1, 64],
        [64, 10],
      ],
      { transposeA: false, transposeB: false },
    ),
  ).toBe(640);
  expect(
    macs(
      "matmul",
      [
        [-49, 64],
        [64, 10],
      ],
      { transposeA: false, transposeB: false },
    ),
  ).toBe(49 * 640);
  expect(
    macs(
      "matmul",
      [
        [-1, 8, 4],
        [-1, 4, 8],
      ],
      { transposeA: false, transposeB: false },
    ),
  ).toBe(256);
  expect(
    macs(
      "matmul",
      [
        [-1, 64],
        [-1, 64],
      ],
      { transposeA: false, transposeB: true },
    ),
  ).toBe(0);
});

function resultsOf(name: string, operands: readonly Typed[], attributes: Attributes): string[] | undefined {
  return findPrimitive(name)
    ?.results({ operands: operands.map(typed), attributes, variables: [] })
    .map(printType);
}

function typed(operand: Typed) {
  const [first, second] = operand;
  if (typeof first === "string") return { dataType: first, shape: second as readonly number[] };
  return { dataType: "float32" as const, shape: operand as readonly number[] };
}
