import { printShape } from "../../runtime/program/tensor-type.ts";
import { optionalNumber } from "./arguments.ts";
import { meanOfAll, one, reshaped, scaled, summed } from "./emission.ts";
import type { Emitter, Operation, OperationCall, Value } from "./operation.ts";
import { floatParameter, optional } from "./parameters.ts";
import { floatProblem, inferred, problem, shapeOf } from "./problems.ts";

/**
 * Forward-Forward's loss (Hinton, arXiv 2212.13345): with G = Σ h² of a sample, the binary cross-entropy of G − threshold, right
 * for positive samples and wrong for negative ones, mean over both. The released threshold is the number of features.
 */
export const goodness: Operation = {
  name: "goodness",
  summary: "Make squared activities of positive samples large and of negative ones small",
  tensors: ["positive", "negative"],
  parameters: [
    optional(floatParameter("threshold", "What goodness is compared with; left out, the number of features")),
  ],
  infer: (call) => {
    const [a, b] = [printShape(shapeOf(call, 0)), printShape(shapeOf(call, 1))];
    if (a === b) return floatProblem("goodness", call) ?? inferred([]);
    return problem("shape-mismatch", `\`goodness\` needs two tensors of one shape, found ${a} and ${b}`, 1);
  },
  emit: (call, emitter) => {
    const [positive, negative] = emitter.tensors as [number, number];
    // −log σ(z) = softplus(−z) for positives, −log(1 − σ(z)) = softplus(z) for negatives.
    const low = one(emitter, "softplus", [one(emitter, "negate", [excess(call, emitter, positive)])]);
    const high = one(emitter, "softplus", [excess(call, emitter, negative)]);
    return scaled(emitter, meanOfAll(emitter, one(emitter, "add", [low, high])), 0.5);
  },
};

/** G − threshold of every sample, [batch]. */
function excess(call: OperationCall, emitter: Emitter, h: Value): Value {
  const [batch, ...sample] = shapeOf(call) as [number, ...number[]];
  const features = sample.reduce((product, length) => product * length, 1);
  const squares = one(emitter, "square", [reshaped(emitter, h, [batch, features])]);
  const threshold = optionalNumber(call, "threshold") ?? features;
  return one(emitter, "shift", [summed(emitter, squares, [1], false)], { amount: -threshold });
}
