import { attend, attentionParameters, attentionWeights, headsProblem } from "./attend.ts";
import type { Operation } from "./operation.ts";
import { inferred, rankProblem, shapeOf } from "./problems.ts";

/** Self-attention of all tokens of a sample, [batch, tokens, channels] to the same (Vaswani et al., arXiv 1706.03762). */
export const attention: Operation = {
  name: "attention",
  summary: "Multi-head self-attention with its projections",
  tensors: ["x"],
  parameters: attentionParameters,
  infer: (call) => {
    const channels = shapeOf(call)[2] as number;
    return (
      rankProblem("attention", call, 0, [3], "make tokens of an image first: `|> embed_patches(channels, patch)`") ??
      headsProblem(call, channels) ??
      inferred(shapeOf(call), attentionWeights(call, channels))
    );
  },
  emit: (call, emitter) => attend(call, emitter, emitter.tensors[0] as number),
};
