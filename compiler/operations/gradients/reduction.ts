/** Gradients of sums and means: scaled while small, then repeated. */
import { elementCount, reducedShape } from "../../../runtime/primitives/broadcasting.ts";
import { one, reshaped, scaled } from "../emission.ts";
import type { BackwardStep, Cotangent, GradientRule } from "../gradient.ts";
import { inverse, shapeOf, tensor, times } from "./cotangents.ts";

export const reductionRules: readonly GradientRule[] = [
  {
    primitive: "sum",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      if (cotangent && step.needs(0)) step.contribute(0, repeated(step, cotangent));
    },
  },
  {
    primitive: "mean",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      if (!cotangent || !step.needs(0)) return;
      const shape = shapeOf(step, step.operands[0]);
      const axes = step.attributes.axes as readonly number[];
      const share = inverse(elementCount(axes.map((axis) => shape[axis] as number)));
      const scaledDown: Cotangent =
        cotangent.kind === "uniform"
          ? { kind: "uniform", scalar: times(cotangent.scalar, share) }
          : tensor(scaled(step, cotangent.value, share));
      step.contribute(0, repeated(step, scaledDown));
    },
  },
  {
    primitive: "half_square_sum",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      const x = step.operands[0] as number;
      if (!cotangent || !step.needs(0)) return;
      const gradient =
        cotangent.kind === "uniform" ? scaled(step, x, cotangent.scalar) : one(step, "multiply", [x, cotangent.value]);
      step.contribute(0, tensor(gradient));
    },
  },
];

function repeated(step: BackwardStep, cotangent: Cotangent): Cotangent {
  if (cotangent.kind === "uniform") return cotangent;
  const shape = shapeOf(step, step.operands[0]);
  const kept = reducedShape(shape, step.attributes.axes as readonly number[], true);
  return tensor(one(step, "broadcast", [reshaped(step, cotangent.value, kept)], { shape }));
}
