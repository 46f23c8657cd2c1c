/** What the gradient tests run: small enough for finite differences, away from kinks and ties. */
import type { Operation } from "../../compiler/operations/operation.ts";
import { findPrimitive } from "../../runtime/primitives/registry.ts";
import type { Attributes } from "../../runtime/program/step-program.ts";
import type { OperationCase } from "./harness.ts";
import { scattered, wave } from "./harness.ts";
import { laterCases } from "./later-cases.ts";
import { transformerCases } from "./transformer-cases.ts";

const positive = (count: number) => wave(count, 2).map((x) => 0.4 + Math.abs(x));

/** At least one case per operation of the language. */
export const operationCases: readonly OperationCase[] = [
  { operation: "conv", batch: 2, tensors: [[5, 5, 2]], arguments: { channels: 3 } },
  { operation: "conv", batch: 2, tensors: [[6, 6, 2]], arguments: { channels: 2, stride: 2, bias: false } },
  { operation: "conv", batch: 1, tensors: [[7, 6, 2]], arguments: { channels: 2, kernel: 1, stride: 2 } },
  // Windows that lie in the padding alone.
  { operation: "conv", batch: 2, tensors: [[4, 1, 3]], arguments: { channels: 2, kernel: 1, stride: 3, padding: 1 } },
  { operation: "conv", batch: 2, tensors: [[6, 6, 1]], arguments: { channels: 2, kernel: 4, stride: 2, padding: 1 } },
  { operation: "conv", batch: 1, tensors: [[5, 5, 2]], arguments: { channels: 2, dilation: 2 } },
  { operation: "conv", batch: 1, tensors: [[6, 6, 1]], arguments: { channels: 2, dilation: 2, padding: 1 } },
  { operation: "conv", batch: 1, tensors: [[6, 6, 1]], arguments: { channels: 2, dilation: 2, stride: 2 } },
  { operation: "dense", batch: 3, tensors: [[4]], arguments: { features: 3 } },
  { operation: "dense", batch: 2, tensors: [[3, 4]], arguments: { features: 2 } },
  { operation: "dense", batch: 2, tensors: [[4]], arguments: { features: 2, bias: false } },
  { operation: "batch_norm", batch: 2, tensors: [[3, 3, 2]] },
  { operation: "batch_norm", batch: 4, tensors: [[3]] },
  { operation: "batch_norm", batch: 2, tensors: [[3, 2]] },
  { operation: "relu", batch: 2, tensors: [[2, 3, 2]] },
  { operation: "leaky_relu", batch: 2, tensors: [[5]], arguments: { slope: 0.2 } },
  { operation: "tanh", batch: 2, tensors: [[5]] },
  { operation: "sigmoid", batch: 2, tensors: [[5]] },
  { operation: "square", batch: 2, tensors: [[5]] },
  { operation: "sqrt", batch: 2, tensors: [[4]], values: [positive(8)] },
  { operation: "exp", batch: 2, tensors: [[5]] },
  { operation: "log", batch: 2, tensors: [[4]], values: [positive(8)] },
  { operation: "negate", batch: 2, tensors: [[5]] },
  { operation: "reciprocal", batch: 2, tensors: [[4]], values: [positive(8)] },
  { operation: "scale", batch: 2, tensors: [[5]], arguments: { factor: -1.5 } },
  { operation: "shift", batch: 2, tensors: [[5]], arguments: { amount: 2 } },
  { operation: "softmax", batch: 3, tensors: [[4]] },
  { operation: "softmax", batch: 2, tensors: [[2, 4]] },
  { operation: "max_pool", batch: 2, tensors: [[4, 4, 2]], values: [scattered(64)] },
  {
    operation: "max_pool",
    batch: 1,
    tensors: [[5, 5, 2]],
    arguments: { size: 3, stride: 2, padding: 1 },
    values: [scattered(50)],
  },
  {
    operation: "max_pool",
    batch: 1,
    tensors: [[6, 6, 1]],
    arguments: { size: 3, stride: 2, padding: 1 },
    values: [scattered(36)],
  },
  { operation: "avg_pool", batch: 2, tensors: [[4, 4, 2]] },
  { operation: "avg_pool", batch: 1, tensors: [[5, 5, 2]], arguments: { size: 3, stride: 2, padding: 1 } },
  { operation: "pool_all", batch: 2, tensors: [[3, 2, 2]] },
  { operation: "pool_all", batch: 2, tensors: [[3]] },
  { operation: "pool_all", batch: 2, tensors: [[3, 2]] },
  { operation: "mean_tokens", batch: 2, tensors: [[3, 2]] },
  { operation: "flatten", batch: 2, tensors: [[2, 2, 2]] },
  { operation: "reshape", batch: 2, tensors: [[2, 3]], arguments: { shape: [3, 2] } },
  { operation: "transpose", batch: 2, tensors: [[2, 3, 2]], arguments: { axes: [3, 1, 2] } },
  {
    operation: "concat",
    batch: 2,
    tensors: [
      [2, 3],
      [2, 1],
    ],
    arguments: { axis: -1 },
  },
  {
    operation: "concat",
    batch: 2,
    tensors: [
      [2, 3],
      [1, 3],
    ],
    arguments: { axis: 1 },
  },
  { operation: "slice", batch: 2, tensors: [[3, 4]], arguments: { begin: [1, 0], size: [2, 3] } },
  { operation: "pad", batch: 2, tensors: [[2, 2]], arguments: { before: [1, 0], after: [0, 2], value: 0.5 } },
  { operation: "resize", batch: 2, tensors: [[2, 3, 2]], arguments: { shape: [4, 5] } },
  { operation: "resize", batch: 2, tensors: [[1, 1, 2]], arguments: { shape: [3, 3] } },
  { operation: "resize", batch: 1, tensors: [[5, 4, 1]], arguments: { shape: [3, 2] } },
  { operation: "resize", batch: 2, tensors: [[2, 3, 2]], arguments: { shape: [4, 6, 1], method: "nearest" } },
  { operation: "resize", batch: 1, tensors: [[2, 3, 2]], arguments: { shape: [5, 7], method: "nearest" } },
  { operation: "resize", batch: 1, tensors: [[7, 5, 1]], arguments: { shape: [3, 2], method: "nearest" } },
  { operation: "normalize", batch: 3, tensors: [[4]] },
  {
    operation: "add",
    batch: 2,
    tensors: [
      [2, 2, 3],
      [2, 2, 3],
    ],
  },
  { operation: "add", batch: 2, tensors: [[2, 2, 3], [3]] },
  { operation: "subtract", batch: 2, tensors: [[4], [4]] },
  { operation: "subtract", batch: 2, tensors: [[1], [4]] },
  { operation: "multiply", batch: 2, tensors: [[4], [4]] },
  { operation: "multiply", batch: 2, tensors: [[2, 2, 3], [3]] },
  {
    operation: "multiply",
    batch: 2,
    tensors: [
      [2, 2, 1],
      [1, 2, 3],
    ],
  },
  { operation: "divide", batch: 2, tensors: [[4], [4]], values: [undefined, positive(8)] },
  {
    operation: "divide",
    batch: 2,
    tensors: [
      [2, 3],
      [2, 1],
    ],
    values: [undefined, positive(4)],
  },
  { operation: "sum", batch: 2, tensors: [[2, 3]] },
  { operation: "sum", batch: 2, tensors: [[2, 3]], arguments: { axes: [-1], keep: true } },
  { operation: "mean", batch: 2, tensors: [[2, 3]] },
  { operation: "mean", batch: 2, tensors: [[2, 3, 2]], arguments: { axes: [1, 2] } },
  { operation: "std", batch: 2, tensors: [[2, 3, 2]] },
  { operation: "std", batch: 2, tensors: [[4]], arguments: { axes: [1], keep: true } },
  {
    operation: "matmul",
    batch: 2,
    tensors: [
      [2, 3],
      [3, 2],
    ],
  },
  {
    operation: "matmul",
    batch: 2,
    tensors: [
      [3, 2],
      [3, 2],
    ],
    arguments: { transpose_a: true },
  },
  {
    operation: "matmul",
    batch: 2,
    tensors: [
      [2, 3],
      [2, 3],
    ],
    arguments: { transpose_b: true },
  },
  {
    operation: "matmul",
    batch: 2,
    tensors: [
      [3, 2],
      [2, 3],
    ],
    arguments: { transpose_a: true, transpose_b: true },
  },
  { operation: "cross_entropy", batch: 4, tensors: [[3], "label"] },
  { operation: "cross_entropy", batch: 4, tensors: [[3], "label"], arguments: { smoothing: 0.1 } },
  {
    operation: "binary_cross_entropy",
    batch: 2,
    tensors: [
      [2, 3],
      [2, 3],
    ],
    values: [undefined, positive(12).map((x) => x / 2)],
  },
  {
    operation: "mean_squared_error",
    batch: 2,
    tensors: [
      [2, 3],
      [2, 3],
    ],
  },
  { operation: "supervised_contrastive", batch: 5, tensors: [[3], "label"], arguments: { temperature: 0.8 } },
  ...transformerCases,
  ...laterCases,
];

/** Primitives that no operation of the language reaches by itself. */
export const primitiveCases: readonly OperationCase[] = [
  { operation: alone("maximum"), batch: 2, tensors: [[4], [4]], values: [scattered(8), scattered(8).reverse()] },
  {
    operation: alone("maximum"),
    batch: 2,
    tensors: [
      [2, 3],
      [1, 3],
    ],
    values: [scattered(12, 0.5), scattered(6, 0.7).map((x) => x + 0.21)],
  },
  { operation: alone("minimum"), batch: 2, tensors: [[4], [4]], values: [scattered(8), scattered(8).reverse()] },
  { operation: alone("add_n"), batch: 2, tensors: [[3], [3], [3]] },
  { operation: alone("absolute"), batch: 2, tensors: [[5]] },
  { operation: alone("erf"), batch: 2, tensors: [[5]] },
  { operation: secondPart(), batch: 2, tensors: [[2, 6]] },
  { operation: alone("rsqrt"), batch: 2, tensors: [[4]], values: [positive(8)] },
  {
    operation: alone("clamp", { low: -0.5, high: 0.5 }),
    batch: 1,
    tensors: [[6]],
    values: [Float32Array.of(-2, -0.7, -0.3, 0.2, 0.4, 1)],
  },
  { operation: alone("broadcast", { shape: [-1, 3, 2] }), batch: 2, tensors: [[1, 2]] },
  { operation: alone("scale_channels", { factors: [2, -3] }), batch: 2, tensors: [[2, 2]] },
  { operation: alone("shift_channels", { amounts: [2, -3] }), batch: 2, tensors: [[2, 2]] },
  { operation: keepWhereGreater(), batch: 2, tensors: [[4], [4]], values: [undefined, wave(8, 1).map((x) => -x)] },
  { operation: diagonalReplaced(), batch: 3, tensors: [[2], []] },
];

/** A primitive as an operation of its own. */
export function alone(name: string, attributes: Attributes = {}): Operation {
  const primitive = findPrimitive(name);
  if (!primitive) throw new Error(`no primitive ${name}`);
  return {
    name,
    summary: primitive.summary,
    tensors: ["a", "b", "c"],
    parameters: [],
    infer: ({ tensors }) => {
      const [type] = primitive.results({ operands: tensors, attributes, variables: [] });
      if (!type) throw new Error(`${name} has no result`);
      return { type, weights: [] };
    },
    emit: (_, emitter) => emitter.emit(name, emitter.tensors, attributes)[0] as number,
  };
}

function keepWhereGreater(): Operation {
  return {
    ...alone("add"),
    name: "keep_where",
    emit: (_, emitter) => {
      const [a, b] = emitter.tensors as [number, number];
      const shifted = emitter.emit("shift", [b], { amount: 0.5 })[0] as number;
      const kept = emitter.emit("keep_where", [
        a,
        emitter.emit("greater", [b, emitter.emit("scale", [b], { factor: 0 })[0] as number])[0] as number,
      ])[0] as number;
      return emitter.emit("multiply", [kept, shifted])[0] as number;
    },
  };
}

/** One part of three, so that the others have no gradient. */
function secondPart(): Operation {
  return {
    ...alone("split_in_three", { axis: 2 }),
    emit: (_, emitter) => emitter.emit("split_in_three", emitter.tensors, { axis: 2 })[1] as number,
  };
}

/** x·xᵀ with another diagonal. */
function diagonalReplaced(): Operation {
  return {
    ...alone("add"),
    name: "matrix_set_diagonal",
    infer: () => ({ type: { dataType: "float32", shape: [-1, -1] }, weights: [] }),
    emit: (_, emitter) => {
      const [x, diagonal] = emitter.tensors as [number, number];
      const product = emitter.emit("matmul", [x, x], { transposeA: false, transposeB: true })[0] as number;
      return emitter.emit("matrix_set_diagonal", [product, diagonal])[0] as number;
    },
  };
}
