/** Gradient of mixing along an axis: the transposed matrix. */
import { one } from "../emission.ts";
import type { GradientRule } from "../gradient.ts";
import { shapeOf, tensor } from "./cotangents.ts";

export const interpolationRules: readonly GradientRule[] = [
  {
    primitive: "interpolate",
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      if (gradient === undefined || !step.needs(0)) return;
      const length = shapeOf(step, step.operands[0])[1] as number;
      const method = step.attributes.method as string;
      step.contribute(0, tensor(one(step, "interpolate_gradient", [gradient], { length, method })));
    },
  },
];
