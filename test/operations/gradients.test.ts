import { expect, test } from "vitest";
import { operations } from "../../compiler/operations/registry.ts";
import { expectGradients, gradientsOf, type OperationCase, scattered, wave } from "./harness.ts";

const positive = (count: number) => wave(count, 2).map((x) => 0.4 + Math.abs(x));

/** At least one case per operation of the language, small enough for finite differences. */
const cases: readonly OperationCase[] = [
  { operation: "conv", batch: 2, tensors: [[5, 5, 2]], arguments: { channels: 3 } },
  { operation: "conv", batch: 2, tensors: [[6, 6, 2]], arguments: { channels: 2, stride: 2, bias: false } },
  { operation: "conv", batch: 1, tensors: [[7, 6, 2]], arguments: { channels: 2, kernel: 1, stride: 2 } },
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
  { operation: "max_pool", batch: 1, tensors: [[5, 5, 2]], arguments: { size: 3, stride: 2, padding: 1 }, values: [scattered(50)] },
  { operation: "max_pool", batch: 1, tensors: [[6, 6, 1]], arguments: { size: 3, stride: 2, padding: 1 }, values: [scattered(36)] },
  { operation: "avg_pool", batch: 2, tensors: [[4, 4, 2]] },
  { operation: "avg_pool", batch: 1, tensors: [[5, 5, 2]], arguments: { size: 3, stride: 2, padding: 1 } },
  { operation: "pool_all", batch: 2, tensors: [[3, 2, 2]] },
  { operation: "pool_all", batch: 2, tensors: [[3]] },
  { operation: "mean_tokens", batch: 2, tensors: [[3, 2]] },
  { operation: "flatten", batch: 2, tensors: [[2, 2, 2]] },
  { operation: "reshape", batch: 2, tensors: [[2, 3]], arguments: { shape: [3, 2] } },
  { operation: "transpose", batch: 2, tensors: [[2, 3, 2]], arguments: { axes: [3, 1, 2] } },
  { operation: "concat", batch: 2, tensors: [[2, 3], [2, 1]], arguments: { axis: -1 } },
  { operation: "concat", batch: 2, tensors: [[2, 3], [1, 3]], arguments: { axis: 1 } },
  { operation: "slice", batch: 2, tensors: [[3, 4]], arguments: { begin: [1, 0], size: [2, 3] } },
  { operation: "pad", batch: 2, tensors: [[2, 2]], arguments: { before: [1, 0], after: [0, 2], value: 0.5 } },
  { operation: "resize", batch: 2, tensors: [[2, 3, 2]], arguments: { shape: [4, 5] } },
  { operation: "resize", batch: 1, tensors: [[5, 4, 1]], arguments: { shape: [3, 2] } },
  { operation: "resize", batch: 2, tensors: [[2, 3, 2]], arguments: { shape: [4, 6, 1], method: "nearest" } },
  { operation: "normalize", batch: 3, tensors: [[4]] },
  { operation: "add", batch: 2, tensors: [[2, 2, 3], [2, 2, 3]] },
  { operation: "add", batch: 2, tensors: [[2, 2, 3], [3]] },
  { operation: "subtract", batch: 2, tensors: [[4], [4]] },
  { operation: "subtract", batch: 2, tensors: [[1], [4]] },
  { operation: "multiply", batch: 2, tensors: [[4], [4]] },
  { operation: "multiply", batch: 2, tensors: [[2, 2, 3], [3]] },
  { operation: "multiply", batch: 2, tensors: [[2, 2, 1], [1, 2, 3]] },
  { operation: "divide", batch: 2, tensors: [[4], [4]], values: [undefined, positive(8)] },
  { operation: "divide", batch: 2, tensors: [[2, 3], [2, 1]], values: [undefined, positive(4)] },
  { operation: "sum", batch: 2, tensors: [[2, 3]] },
  { operation: "sum", batch: 2, tensors: [[2, 3]], arguments: { axes: [-1], keep: true } },
  { operation: "mean", batch: 2, tensors: [[2, 3]] },
  { operation: "mean", batch: 2, tensors: [[2, 3, 2]], arguments: { axes: [1, 2] } },
  { operation: "std", batch: 2, tensors: [[2, 3, 2]] },
  { operation: "std", batch: 2, tensors: [[4]], arguments: { axes: [1], keep: true } },
  { operation: "matmul", batch: 2, tensors: [[2, 3], [3, 2]] },
  { operation: "matmul", batch: 2, tensors: [[3, 2], [3, 2]], arguments: { transpose_a: true } },
  { operation: "matmul", batch: 2, tensors: [[2, 3], [2, 3]], arguments: { transpose_b: true } },
  { operation: "matmul", batch: 2, tensors: [[3, 2], [2, 3]], arguments: { transpose_a: true, transpose_b: true } },
  { operation: "cross_entropy", batch: 4, tensors: [[3], "label"] },
  { operation: "cross_entropy", batch: 4, tensors: [[3], "label"], arguments: { smoothing: 0.1 } },
  { operation: "binary_cross_entropy", batch: 2, tensors: [[2, 3], [2, 3]], values: [undefined, positive(12).map((x) => x / 2)] },
  { operation: "mean_squared_error", batch: 2, tensors: [[2, 3], [2, 3]] },
  { operation: "supervised_contrastive", batch: 5, tensors: [[3], "label"], arguments: { temperature: 0.8 } },
];

for (const testCase of cases) {
  for (const cotangent of ["tensor", "uniform"] as const) {
    test(`gradients of ${titleOf(testCase)} equal finite differences with a ${cotangent} cotangent`, () => {
      expectGradients(testCase, cotangent);
    });
  }
}

test("every operation of the language has a gradient case", () => {
  const covered = new Set(cases.map(({ operation }) => operation));
  const missing = operations.map(({ name }) => name).filter((name) => !covered.has(name));
  // `detach` has no gradient by meaning.
  expect(missing).toEqual(["detach"]);
});

test("adding hands the same gradient to both sides without an instruction", () => {
  expect(gradientsOf({ operation: "add", batch: 2, tensors: [[4], [4]] }, "tensor").backward).toEqual([]);
});

test("the gradient of a global mean is scaled while small and repeated last", () => {
  const { backward } = gradientsOf({ operation: "pool_all", batch: 2, tensors: [[4, 4, 3]] }, "tensor");
  expect(backward).toEqual(["scale", "reshape", "broadcast"]);
});

test("a mean of losses costs one instruction in the backward pass", () => {
  const { backward } = gradientsOf({ operation: "cross_entropy", batch: 4, tensors: [[3], "label"] }, "uniform");
  expect(backward).toEqual(["scale"]);
});

function titleOf({ operation, tensors, arguments: given }: OperationCase): string {
  const shapes = tensors.map((shape) => (shape === "label" ? "label" : `[${shape.join(", ")}]`)).join(", ");
  return `${operation}(${[shapes, ...Object.entries(given ?? {}).map(([name, value]) => `${name} = ${value}`)].join(", ")})`;
}
