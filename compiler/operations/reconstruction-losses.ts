/** Losses between two tensors of one shape; both are means over all elements, the batch included. */

import { elementCount } from "../../runtime/primitives/broadcasting.ts";
import { printShape } from "../../runtime/program/tensor-type.ts";
import { meanOfAll, one, scaled } from "./emission.ts";
import type { Operation, OperationCall } from "./operation.ts";
import { floatProblem, inferred, problem, shapeOf } from "./problems.ts";

/** Mean of −t · log σ(x) − (1 − t) · log(1 − σ(x)) = log(1 + exp(x)) − x · t for logits x and targets t in [0, 1]. */
export const binaryCrossEntropy: Operation = {
  name: "binary_cross_entropy",
  summary: "Binary cross-entropy of logits against targets in [0, 1], mean over all elements",
  tensors: ["logits", "target"],
  parameters: [],
  infer: (call) => lossOfTwo("binary_cross_entropy", call),
  emit: (_, emitter) => {
    const [logits, target] = emitter.tensors as [number, number];
    const product = one(emitter, "multiply", [logits, target]);
    return meanOfAll(emitter, one(emitter, "subtract", [one(emitter, "softplus", [logits]), product]));
  },
};

/** Mean of (a − b)². */
export const meanSquaredError: Operation = {
  name: "mean_squared_error",
  summary: "Mean squared difference over all elements",
  tensors: ["a", "b"],
  parameters: [],
  infer: (call) => lossOfTwo("mean_squared_error", call),
  emit: (call, emitter) => {
    const { value, batchPower } = elementCount(shapeOf(call));
    const halfSum = one(emitter, "half_square_sum", [one(emitter, "subtract", emitter.tensors)]);
    return scaled(emitter, halfSum, { value: 2 / value, batchPower: 0 - batchPower });
  },
};

function lossOfTwo(name: string, call: OperationCall) {
  const [own, target] = [shapeOf(call, 0), shapeOf(call, 1)];
  const [a, b] = [printShape(own), printShape(target)];
  const message = `\`${name}\` needs two tensors of one shape, found ${a} and ${b}`;
  const mismatch = a === b ? undefined : problem("shape-mismatch", message, 1, decoderEnd(own, target));
  return floatProblem(name, call) ?? mismatch ?? inferred([]);
}

/** How a decoder comes to the shape of what it is to rebuild. */
function decoderEnd(own: readonly number[], target: readonly number[]): string {
  if (own.length !== target.length) return "`reshape(target.shape)` gives the target's shape to as many numbers";
  if (own.length === 2) return "end the decoder in `dense(target.features)`";
  const isSmaller = own.slice(1, -1).some((length, axis) => length !== target[axis + 1]);
  if (own.length === 4 && isSmaller)
    return "a decoder comes to its target's size by `resize(target.shape)`, `pixel_shuffle` or `conv_transpose`";
  return own.length === 4
    ? "end the decoder in `conv(target.channels, 3)`"
    : "end the decoder in `dense(target.channels)`";
}
