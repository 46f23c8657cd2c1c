/** Sums, means and standard deviations. Axes count from 1, the first axis after the batch. */
import { reducedShape } from "../../runtime/primitives/broadcasting.ts";
import { printShape } from "../../runtime/program/tensor-type.ts";
import { booleanArgument, optionalList } from "./arguments.ts";
import { unbiasedDeviation } from "./compositions.ts";
import { one } from "./emission.ts";
import type { Operation, OperationCall, OperationParameter } from "./operation.ts";
import { boolParameter, optional } from "./parameters.ts";
import { floatProblem, inferred, outOfRange, problem, shapeOf } from "./problems.ts";

export const sum = reduction("sum", "The sum of all elements, or along axes");
export const mean = reduction("mean", "The mean of all elements, or along axes");

/**
 * Standard deviation, unbiased (n − 1): √(Σ (x − mean)² / (n − 1)). Left alone it runs over space, that is over all axes but
 * the batch and the last: [batch, height, width, channels] to [batch, channels]. Where it is 0 its gradient is 0, as in PyTorch.
 */
export const std: Operation = {
  name: "std",
  summary: "Unbiased standard deviation over height and width, or along axes",
  tensors: ["x"],
  parameters: [axesParameter("left out, all but the last"), keepParameter()],
  infer: (call) => {
    const refused = floatProblem("std", call) ?? axesProblem(call);
    if (refused) return refused;
    const axes = deviationAxes(call);
    if (axes.reduce((count, axis) => count * (shapeOf(call)[axis] as number), 1) < 2) {
      return problem(
        "rank-mismatch",
        `\`std\` needs at least 2 elements along its axes, found ${printShape(shapeOf(call))}`,
        0,
      );
    }
    return inferred(reducedShape(shapeOf(call), axes, booleanArgument(call, "keep")));
  },
  emit: (call, emitter) => {
    const x = emitter.tensors[0] as number;
    return unbiasedDeviation(emitter, x, deviationAxes(call), booleanArgument(call, "keep"));
  },
};

function reduction(name: string, summary: string): Operation {
  return {
    name,
    summary,
    tensors: ["x"],
    parameters: [axesParameter("left out, all of them and the batch: a scalar"), keepParameter()],
    infer: (call) =>
      floatProblem(name, call) ??
      axesProblem(call) ??
      inferred(reducedShape(shapeOf(call), axesOf(call), booleanArgument(call, "keep"))),
    emit: (call, emitter) => {
      const axes = axesOf(call);
      if (axes.length === 0) return emitter.tensors[0] as number;
      return one(emitter, name, emitter.tensors, { axes, keepAxes: booleanArgument(call, "keep") });
    },
  };
}

function axesParameter(whenLeftOut: string): OperationParameter {
  return optional({
    name: "axes",
    type: "ints",
    summary: `Axes to reduce, from 1, −1 is the last one; ${whenLeftOut}`,
  });
}

function keepParameter(): OperationParameter {
  return boolParameter("keep", "Whether reduced axes stay with length 1", false);
}

function axesProblem(call: OperationCall) {
  const last = shapeOf(call).length - 1;
  const axes = optionalList(call, "axes") ?? [];
  const wrong = axes.find((axis) => axis === 0 || axis > last || axis < -last);
  if (wrong !== undefined) return outOfRange("axes", `\`axes\` must lie in 1 … ${last}, found ${wrong}`);
  const distinct = new Set(given(call, axes));
  return distinct.size === axes.length ? undefined : outOfRange("axes", "`axes` must name every axis at most once");
}

function axesOf(call: OperationCall): readonly number[] {
  const axes = optionalList(call, "axes");
  return axes ? given(call, axes) : shapeOf(call).map((_, axis) => axis);
}

function deviationAxes(call: OperationCall): readonly number[] {
  const axes = optionalList(call, "axes");
  return axes
    ? given(call, axes)
    : shapeOf(call).flatMap((_, axis) => (axis > 0 && axis < shapeOf(call).length - 1 ? [axis] : []));
}

function given(call: OperationCall, axes: readonly number[]): readonly number[] {
  return axes.map((axis) => (axis < 0 ? shapeOf(call).length + axis : axis)).sort((a, b) => a - b);
}
