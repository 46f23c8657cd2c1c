/** The same elements in another shape; the batch axis stays as it is. */
import { printShape } from "../../runtime/program/tensor-type.ts";
import { listArgument } from "./arguments.ts";
import { reshaped } from "./emission.ts";
import type { Operation, OperationCall } from "./operation.ts";
import { floatProblem, inferred, outOfRange, problem, shapeOf } from "./problems.ts";

export const reshape: Operation = {
  name: "reshape",
  summary: "The elements of every sample, in the same order, in another shape",
  tensors: ["x"],
  parameters: [{ name: "shape", type: "shape", summary: "Shape of a sample, without the batch axis" }],
  infer: (call) => {
    const refused = floatProblem("reshape", call) ?? sampleProblem("reshape", call);
    if (refused) return refused;
    const shape = listArgument(call, "shape");
    if (shape.some((length) => length < 1)) return outOfRange("shape", "every axis must have at least 1 element");
    const [batch, ...sample] = shapeOf(call) as [number, ...number[]];
    const [found, wanted] = [elements(sample), elements(shape)];
    if (found === wanted) return inferred([batch, ...shape]);
    return problem(
      "shape-mismatch",
      `\`reshape\` to ${printShape([-1, ...shape])} needs ${wanted} elements per sample, found ${found} in ${printShape(shapeOf(call))}`,
      "shape",
    );
  },
  emit: (call, emitter) =>
    reshaped(emitter, emitter.tensors[0] as number, [shapeOf(call)[0] as number, ...listArgument(call, "shape")]),
};

export const flatten: Operation = {
  name: "flatten",
  summary: "All elements of a sample in one row, [batch, features]",
  tensors: ["x"],
  parameters: [],
  infer: (call) => floatProblem("flatten", call) ?? sampleProblem("flatten", call) ?? inferred(flat(call)),
  emit: (call, emitter) => reshaped(emitter, emitter.tensors[0] as number, flat(call)),
};

function flat(call: OperationCall): readonly number[] {
  const [batch, ...sample] = shapeOf(call) as [number, ...number[]];
  return [batch, elements(sample)];
}

function sampleProblem(operation: string, call: OperationCall) {
  if (shapeOf(call).length > 0) return undefined;
  return problem("rank-mismatch", `\`${operation}\` needs a tensor with a batch axis, found ${printShape([])}`, 0);
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
