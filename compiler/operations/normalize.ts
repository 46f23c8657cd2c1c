import { one, summed } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { inferred, rankProblem, shapeOf } from "./problems.ts";

/** x / max(‖x‖, 10⁻¹²) over the last axis: every row gets length 1. */
export const normalize: Operation = {
  name: "normalize",
  summary: "Divide every row (last axis) by its length",
  tensors: ["x"],
  parameters: [],
  infer: (call) => rankProblem("normalize", call, 0, [2, 3, 4]) ?? inferred(shapeOf(call)),
  emit: (call, emitter) => {
    const x = emitter.tensors[0] as number;
    const squares = summed(emitter, one(emitter, "square", [x]), [shapeOf(call).length - 1], true);
    // The bound comes before the root: the gradient of a root at 0 is infinite.
    const length = one(emitter, "sqrt", [one(emitter, "at_least", [squares], { bound: 1e-24 })]);
    return one(emitter, "divide", [x, length]);
  },
};
