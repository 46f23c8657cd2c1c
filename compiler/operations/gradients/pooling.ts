/** Gradients of pooling and resampling. */
import { one } from "../emission.ts";
import type { GradientRule } from "../gradient.ts";
import { shapeOf, tensor } from "./cotangents.ts";

export const poolingRules: readonly GradientRule[] = [
  {
    primitive: "max_pool",
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      const [image, pooled] = [step.operands[0] as number, step.results[0] as number];
      if (gradient === undefined || !step.needs(0)) return;
      step.contribute(0, tensor(one(step, "max_pool_gradient", [gradient, image, pooled], step.attributes)));
    },
  },
  {
    primitive: "avg_pool",
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      if (gradient === undefined || !step.needs(0)) return;
      const attributes = { inputShape: shapeOf(step, step.operands[0]), ...step.attributes };
      step.contribute(0, tensor(one(step, "avg_pool_gradient", [gradient], attributes)));
    },
  },
  {
    primitive: "resize_bilinear",
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      const image = step.operands[0] as number;
      if (gradient === undefined || !step.needs(0)) return;
      const alignCorners = step.attributes.alignCorners as boolean;
      step.contribute(0, tensor(one(step, "resize_bilinear_gradient", [gradient, image], { alignCorners })));
    },
  },
  {
    primitive: "resize_nearest",
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      if (gradient === undefined || !step.needs(0)) return;
      const size = shapeOf(step, step.operands[0]).slice(1, 3);
      const alignCorners = step.attributes.alignCorners as boolean;
      step.contribute(0, tensor(one(step, "resize_nearest_gradient", [gradient], { size, alignCorners })));
    },
  },
];
