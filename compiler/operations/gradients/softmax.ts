/** Gradients of softmax and of the losses fused with it. */
import { one, reshaped, summed } from "../emission.ts";
import type { GradientRule } from "../gradient.ts";
import { shapeOf, tensor, timesCotangent } from "./cotangents.ts";

export const softmaxRules: readonly GradientRule[] = [
  // y = softmax(x): dx = y ∘ (dy − Σ dy ∘ y)
  {
    primitive: "softmax",
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      const y = step.results[0] as number;
      if (gradient === undefined || !step.needs(0)) return;
      const weighted = summed(step, one(step, "multiply", [gradient, y]), [shapeOf(step, y).length - 1], true);
      step.contribute(0, tensor(one(step, "multiply", [one(step, "subtract", [gradient, weighted]), y])));
    },
  },
  // y = log softmax(x): dx = dy − exp(y) · Σ dy
  {
    primitive: "log_softmax",
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      const y = step.results[0] as number;
      if (gradient === undefined || !step.needs(0)) return;
      const total = summed(step, gradient, [shapeOf(step, y).length - 1], true);
      const spread = one(step, "multiply", [one(step, "exp", [y]), total]);
      step.contribute(0, tensor(one(step, "subtract", [gradient, spread])));
    },
  },
  fusedLoss("softmax_cross_entropy"),
  fusedLoss("softmax_cross_entropy_dense"),
];

/** The forward kernel has already given the gradient of each sample's loss as its second result. */
function fusedLoss(primitive: string): GradientRule {
  return {
    primitive,
    backward: (step) => {
      const cotangent = step.cotangent(0);
      const [losses, perSample] = step.results as [number, number];
      if (!cotangent || !step.needs(0)) return;
      const gradient =
        cotangent.kind === "uniform"
          ? timesCotangent(step, perSample, cotangent)
          : one(step, "multiply", [perSample, reshaped(step, cotangent.value, [...shapeOf(step, losses), 1])]);
      step.contribute(0, tensor(gradient));
    },
  };
}
