/** Functions of one tensor, element by element, that are one primitive each. */
import { numberArgument } from "./arguments.ts";
import { normalShare } from "./compositions.ts";
import { one } from "./emission.ts";
import type { Operation, OperationParameter } from "./operation.ts";
import { floatParameter } from "./parameters.ts";
import { floatProblem, inferred, shapeOf } from "./problems.ts";

export const relu = elementwise("relu", "Rectifier, max(x, 0)");
export const tanh = elementwise("tanh", "Hyperbolic tangent");
export const sigmoid = elementwise("sigmoid", "Logistic function, 1 / (1 + exp(−x))");
export const square = elementwise("square", "Every element squared");
export const sqrt = elementwise("sqrt", "Square root; its gradient at 0 is infinite");
export const exp = elementwise("exp", "Exponential function");
export const log = elementwise("log", "Natural logarithm");
export const negate = elementwise("negate", "Every element with the other sign");
export const reciprocal = elementwise("reciprocal", "One over every element");
export const leakyRelu = elementwise("leaky_relu", "x where positive, slope · x elsewhere", [
  floatParameter("slope", "Slope on the negative side", 0.01, 0),
]);
/** x · Φ(x) with the exact distribution function, not its approximation by tanh (Hendrycks and Gimpel, arXiv 1606.08415). */
export const gelu: Operation = {
  ...elementwise("gelu", "Gaussian error linear unit, x · Φ(x)"),
  emit: (_, emitter) => {
    const x = emitter.tensors[0] as number;
    return one(emitter, "gelu", [x, normalShare(emitter, x)]);
  },
};
/** A tensor times a number; `x * 2` and `x / 2` are written with it. */
export const scale = elementwise("scale", "The tensor times a number", [
  floatParameter("factor", "The number of the other side"),
]);
/** A tensor plus a number; `x + 1` and `x - 1` are written with it. */
export const shift = elementwise("shift", "The tensor plus a number", [
  floatParameter("amount", "The number of the other side"),
]);

function elementwise(name: string, summary: string, parameters: readonly OperationParameter[] = []): Operation {
  return {
    name,
    summary,
    tensors: ["x"],
    parameters,
    infer: (call) => floatProblem(name, call) ?? inferred(shapeOf(call)),
    emit: (call, emitter) => {
      const attributes = Object.fromEntries(parameters.map((p) => [p.name, numberArgument(call, p.name)]));
      return one(emitter, name, emitter.tensors, attributes);
    },
  };
}
