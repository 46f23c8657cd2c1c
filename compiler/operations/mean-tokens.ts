import { one } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { inferred, rankProblem, shapeOf } from "./problems.ts";

/** The mean over tokens, [batch, tokens, channels] to [batch, channels]. */
export const meanTokens: Operation = {
  name: "mean_tokens",
  summary: "The mean over all tokens",
  tensors: ["x"],
  parameters: [],
  infer: (call) => {
    const [batch, , channels] = shapeOf(call);
    return rankProblem("mean_tokens", call, 0, [3]) ?? inferred([batch as number, channels as number]);
  },
  emit: (_, emitter) => one(emitter, "mean", emitter.tensors, { axes: [1], keepAxes: false }),
};
