import { numberArgument } from "./arguments.ts";
import { one, product, reshaped, scaled, summed } from "./emission.ts";
import type { Emitter, Operation, Value } from "./operation.ts";
import { floatParameter } from "./parameters.ts";
import { inferred, labelProblem, outOfRange, rankProblem, shapeOf } from "./problems.ts";

/**
 * Supervised contrastive loss (Khosla et al., arXiv 2004.11362, one view; InfoPro, arXiv 2101.10832, appendix): for features
 * z [batch, features] of length 1 and labels y [batch], with P(i) = { p ≠ i : y_p = y_i },
 *
 *     loss = 1/B Σ_i −1/max(1, |P(i)|) Σ_{p ∈ P(i)} log( exp(z_i·z_p / temperature) / Σ_{a ≠ i} exp(z_i·z_a / temperature) )
 *
 * A sample without another one of its class adds 0 but counts in 1/B.
 */
export const supervisedContrastive: Operation = {
  name: "supervised_contrastive",
  summary: "Supervised contrastive loss on normalised features, mean over the batch",
  tensors: ["features", "label"],
  parameters: [floatParameter("temperature", "Divides the similarities, above 0", 0.07)],
  infer: (call) => {
    const rank = rankProblem("supervised_contrastive", call, 0, [2]);
    if (rank) return rank;
    const label = labelProblem("supervised_contrastive", call, 1, shapeOf(call)[0]);
    if (label) return label;
    const temperature = numberArgument(call, "temperature");
    if (temperature <= 0) return outOfRange("temperature", `\`temperature\` must be above 0, found ${temperature}`);
    return inferred([]);
  },
  emit: (call, emitter) => {
    const [features, label] = emitter.tensors as [number, number];
    const batch = shapeOf(call)[0] as number;
    const positives = positiveShares(emitter, label, batch);
    const similarity = scaled(
      emitter,
      product(emitter, features, features, false, true),
      1 / numberArgument(call, "temperature"),
    );
    // A sample is no candidate for itself: exp(−10⁹) is 0 in the sum over a ≠ i.
    const itself = one(emitter, "fill", [], { shape: [batch], value: -1e9 });
    const candidates = one(emitter, "matrix_set_diagonal", [similarity, itself]);
    const terms = one(emitter, "multiply", [one(emitter, "log_softmax", [candidates]), positives]);
    return scaled(emitter, summed(emitter, terms, [0, 1], false), { value: -1, batchPower: -1 });
  },
};

/** [batch, batch], constant: 1/max(1, |P(i)|) where column p is in P(i), 0 elsewhere. */
function positiveShares(emitter: Emitter, label: Value, batch: number): Value {
  const rows = reshaped(emitter, label, [batch, 1]);
  const columns = reshaped(emitter, label, [1, batch]);
  const alike = one(emitter, "cast", [one(emitter, "equal", [rows, columns])], { dataType: "float32" });
  const none = one(emitter, "fill", [], { shape: [batch], value: 0 });
  const positive = one(emitter, "matrix_set_diagonal", [alike, none]);
  const count = one(emitter, "at_least", [summed(emitter, positive, [1], true)], { bound: 1 });
  return one(emitter, "divide", [positive, count]);
}
