import { one } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { inferred, rankProblem, shapeOf } from "./problems.ts";

/** The mean over height and width, [batch, height, width, channels] to [batch, channels]; features stay as they are. */
export const poolAll: Operation = {
  name: "pool_all",
  summary: "Global average pooling to one number per channel",
  tensors: ["x"],
  parameters: [],
  infer: (call) => {
    const [batch, ...rest] = shapeOf(call);
    return rankProblem("pool_all", call, 0, [2, 4]) ?? inferred([batch as number, ...rest.slice(-1)]);
  },
  emit: (call, emitter) =>
    shapeOf(call).length === 2
      ? (emitter.tensors[0] as number)
      : one(emitter, "mean", emitter.tensors, { axes: [1, 2], keepAxes: false }),
};
