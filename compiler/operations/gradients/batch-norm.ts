/** Gradient of batch normalisation with the statistics of the batch, in one fused kernel. */
import type { GradientRule } from "../gradient.ts";
import { tensor } from "./cotangents.ts";

export const batchNormRules: readonly GradientRule[] = [
  {
    primitive: "batch_norm_training",
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      const [x, scale] = step.operands as [number, number];
      const [, , , mean, variance] = step.results as [number, number, number, number, number];
      if (gradient === undefined || ![0, 1, 2].some((index) => step.needs(index))) return;
      const epsilon = step.attributes.epsilon as number;
      const results = step.emit("batch_norm_gradient", [gradient, x, scale, mean, variance], { epsilon });
      results.forEach((result, index) => {
        if (step.needs(index)) step.contribute(index, tensor(result));
      });
    },
  },
];
