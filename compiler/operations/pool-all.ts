import { one } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { inferred, rankProblem, shapeOf } from "./problems.ts";

/**
 * One number per channel: the mean over height and width of an image, [batch, height, width, channels], or over all tokens,
 * [batch, tokens, channels], to [batch, channels]. Features stay as they are.
 */
export const poolAll: Operation = {
  name: "pool_all",
  summary: "Global average pooling to one number per channel",
  tensors: ["x"],
  parameters: [],
  infer: (call) => {
    const [batch, ...rest] = shapeOf(call);
    return rankProblem("pool_all", call, 0, [2, 3, 4]) ?? inferred([batch as number, ...rest.slice(-1)]);
  },
  emit: (call, emitter) => {
    const axes = shapeOf(call)
      .slice(1, -1)
      .map((_, index) => index + 1);
    return axes.length === 0
      ? (emitter.tensors[0] as number)
      : one(emitter, "mean", emitter.tensors, { axes, keepAxes: false });
  },
};
