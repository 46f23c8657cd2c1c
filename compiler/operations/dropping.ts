/** Random zeros while training; in evaluation nothing. What is kept is enlarged, so that the mean stays. */
import { numberArgument, stringArgument } from "./arguments.ts";
import { one, scaled } from "./emission.ts";
import type { Emitter, Operation, OperationCall, Value } from "./operation.ts";
import { floatParameter } from "./parameters.ts";
import { floatProblem, inferred, outOfRange, problem, shapeOf } from "./problems.ts";

/** Srivastava et al., 2014; whole channels as in Tompson et al., arXiv 1411.4280. */
export const dropout: Operation = {
  name: "dropout",
  summary: "Set random elements, or whole channels, to 0 while training",
  tensors: ["x"],
  parameters: [
    floatParameter("rate", "Probability of a 0, in [0, 1)", undefined, 0),
    {
      name: "per",
      type: "string",
      summary: "What is kept or dropped as one: an element, or a channel of a sample with all its pixels",
      default: { value: "element" },
      options: ["element", "channel"],
    },
  ],
  infer: (call) => problemOf("dropout", call) ?? inferred(shapeOf(call)),
  emit: (call, emitter) => {
    const shape = shapeOf(call);
    const last = shape.length - 1;
    const perChannel = stringArgument(call, "per") === "channel";
    const kept = perChannel ? shape.map((length, axis) => (axis === 0 || axis === last ? length : 1)) : shape;
    return dropped(call, emitter, kept);
  },
};

/** Stochastic depth (Huang et al., arXiv 1603.09382): the whole of x, for random samples; x is a residual branch. */
export const dropPath: Operation = {
  name: "drop_path",
  summary: "Set random samples to 0 while training: stochastic depth",
  tensors: ["x"],
  parameters: [floatParameter("rate", "Probability of a 0, in [0, 1)", undefined, 0)],
  infer: (call) => problemOf("drop_path", call) ?? inferred(shapeOf(call)),
  emit: (call, emitter) =>
    dropped(
      call,
      emitter,
      shapeOf(call).map((length, axis) => (axis === 0 ? length : 1)),
    ),
};

function problemOf(name: string, call: OperationCall) {
  const rate = numberArgument(call, "rate");
  if (rate >= 1) return outOfRange("rate", `\`rate\` must lie in [0, 1), found ${rate}`);
  const refused = floatProblem(name, call);
  if (refused || shapeOf(call).length > 0) return refused;
  return problem("rank-mismatch", `\`${name}\` needs a tensor with a batch axis`, 0);
}

/** One random decision for every element of `decisions`, which repeats over x. */
function dropped(call: OperationCall, emitter: Emitter, decisions: readonly number[]): Value {
  const x = emitter.tensors[0] as number;
  const rate = numberArgument(call, "rate");
  if (emitter.mode === "evaluate" || rate === 0) return x;
  const random = one(emitter, "random_uniform", [emitter.seed()], { shape: decisions });
  const bound = one(emitter, "fill", [], { shape: [], value: rate });
  const kept = one(emitter, "greater_equal", [random, bound]);
  const larger = 1 / (1 - rate);
  // A mask of whole elements is kept for the gradient as one byte each.
  if (decisions.every((length, axis) => length === shapeOf(call)[axis])) {
    return scaled(emitter, one(emitter, "keep_where", [x, kept]), larger);
  }
  const factors = scaled(emitter, one(emitter, "cast", [kept], { dataType: "float32" }), larger);
  return one(emitter, "multiply", [x, factors]);
}
