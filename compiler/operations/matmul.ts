import { printShape, sameShape } from "../../runtime/program/tensor-type.ts";
import { booleanArgument } from "./arguments.ts";
import { product } from "./emission.ts";
import type { Operation, OperationCall } from "./operation.ts";
import { boolParameter } from "./parameters.ts";
import { inferred, problem, rankProblem, shapeOf } from "./problems.ts";

/**
 * Matrix product of every sample, [batch, rows, inner] · [batch, inner, columns]; with one axis more, such as heads of
 * attention, of every entry along it.
 */
export const matmul: Operation = {
  name: "matmul",
  summary: "Matrix product per sample",
  tensors: ["a", "b"],
  parameters: [
    boolParameter("transpose_a", "Whether to read a as [batch, inner, rows]", false),
    boolParameter("transpose_b", "Whether to read b as [batch, columns, inner]", false),
  ],
  infer: (call) => {
    const rank = rankProblem("matmul", call, 0, [3, 4]) ?? rankProblem("matmul", call, 1, [3, 4]);
    if (rank) return rank;
    const [rows, inner] = matrixAxes(call, 0, "transpose_a");
    const [innerOfB, columns] = matrixAxes(call, 1, "transpose_b");
    const [leading, leadingOfB] = [shapeOf(call, 0).slice(0, -2), shapeOf(call, 1).slice(0, -2)];
    if (inner === innerOfB && sameShape(leading, leadingOfB)) return inferred([...leading, rows, columns]);
    const message = `\`matmul\` needs equal inner axes, found ${printShape(shapeOf(call, 0))} and ${printShape(shapeOf(call, 1))}`;
    return problem("shape-mismatch", message, 1);
  },
  emit: (call, emitter) => {
    const [a, b] = emitter.tensors as [number, number];
    return product(emitter, a, b, booleanArgument(call, "transpose_a"), booleanArgument(call, "transpose_b"));
  },
};

function matrixAxes(call: OperationCall, index: number, transposed: string): readonly [number, number] {
  const [first, second] = shapeOf(call, index).slice(-2) as [number, number];
  return booleanArgument(call, transposed) ? [second, first] : [first, second];
}
