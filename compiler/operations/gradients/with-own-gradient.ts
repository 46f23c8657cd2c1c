/** Gradients written by hand for functions of many kernels: everything goes to x, nothing to the parts. */
import { normalShare } from "../compositions.ts";
import { one, scaled } from "../emission.ts";
import type { GradientRule } from "../gradient.ts";
import { shapeOf, tensor, timesCotangent } from "./cotangents.ts";

export const ownGradientRules: readonly GradientRule[] = [
  // y = x · Φ(x): dx = dy ∘ (Φ(x) + x · φ(x)), φ(x) = exp(−x²/2) / √(2π). Φ is computed again: only x is kept.
  {
    primitive: "gelu",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      const x = step.operands[0] as number;
      if (!cotangent || !step.needs(0)) return;
      const bell = one(step, "exp", [scaled(step, one(step, "square", [x]), -0.5)]);
      const density = scaled(step, one(step, "multiply", [bell, x]), 1 / Math.sqrt(2 * Math.PI));
      const slope = one(step, "add", [density, normalShare(step, x)]);
      step.contribute(0, tensor(timesCotangent(step, slope, cotangent)));
    },
  },
  // y = (x − mean) · s: dx = s · (dy − mean(dy) − y · mean(dy ∘ y)), means over the last axis. Only y and s are kept.
  {
    primitive: "standardize",
    backward: (step) => {
      if (!step.needs(0)) return;
      const gradient = step.tensorCotangent(0);
      if (gradient === undefined) return;
      const scale = step.operands[2] as number;
      const y = step.results[0] as number;
      const overRows = { axes: [shapeOf(step, y).length - 1], keepAxes: true };
      const along = one(step, "mean", [one(step, "multiply", [gradient, y])], overRows);
      const centred = one(step, "subtract", [gradient, one(step, "mean", [gradient], overRows)]);
      const inside = one(step, "subtract", [centred, one(step, "multiply", [y, along])]);
      step.contribute(0, tensor(one(step, "multiply", [inside, scale])));
    },
  },
];
