import { numberArgument } from "./arguments.ts";
import { meanOfAll, one } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { floatParameter } from "./parameters.ts";
import { inferred, labelProblem, outOfRange, rankProblem, shapeOf } from "./problems.ts";

/**
 * Mean over the batch of −Σ q(c) · log softmax(logits)(c); logits [batch, classes], label [batch] in 0 … classes − 1. The
 * target q gives the label 1 − smoothing and spreads smoothing evenly over all classes (Szegedy et al., arXiv 1512.00567).
 */
export const crossEntropy: Operation = {
  name: "cross_entropy",
  summary: "Softmax cross-entropy between logits and labels, mean over the batch",
  tensors: ["logits", "label"],
  parameters: [floatParameter("smoothing", "Probability spread over all classes, in [0, 1)", 0, 0)],
  infer: (call) => {
    const rank = rankProblem(
      "cross_entropy",
      call,
      0,
      [2],
      "end the head with a `dense` layer of as many features as classes",
    );
    if (rank) return rank;
    const label = labelProblem("cross_entropy", call, 1, shapeOf(call)[0]);
    if (label) return label;
    const smoothing = numberArgument(call, "smoothing");
    if (smoothing >= 1) return outOfRange("smoothing", `\`smoothing\` must lie in [0, 1), found ${smoothing}`);
    return inferred([]);
  },
  emit: (call, emitter) => {
    const [logits, label] = emitter.tensors as [number, number];
    const smoothing = numberArgument(call, "smoothing");
    if (smoothing === 0) return meanOfAll(emitter, one(emitter, "softmax_cross_entropy", [logits, label]));
    const classes = shapeOf(call)[1] as number;
    const off = smoothing / classes;
    const target = one(emitter, "one_hot", [label], { depth: classes, on: 1 - smoothing + off, off });
    return meanOfAll(emitter, one(emitter, "softmax_cross_entropy_dense", [logits, target]));
  },
};
