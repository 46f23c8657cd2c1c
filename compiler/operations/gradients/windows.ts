/** Gradient of reading a table of relative positions: every row sums over the pairs that read it. */
import { one } from "../emission.ts";
import type { GradientRule } from "../gradient.ts";
import { tensor } from "./cotangents.ts";

export const windowRules: readonly GradientRule[] = [
  {
    primitive: "relative_positions",
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      if (gradient === undefined || !step.needs(0)) return;
      step.contribute(0, tensor(one(step, "relative_positions_gradient", [gradient], step.attributes)));
    },
  },
];
