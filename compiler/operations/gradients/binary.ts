/** Gradients of broadcasting operations on two operands; nothing is emitted for an operand nobody asks about. */
import { sameShape } from "../../../runtime/program/tensor-type.ts";
import { one, scaled } from "../emission.ts";
import type { BackwardStep, GradientRule } from "../gradient.ts";
import { scaledCotangent, shapeOf, tensor, unbroadcast, unbroadcastCotangent } from "./cotangents.ts";

export const binaryRules: readonly GradientRule[] = [
  additive("add", [1, 1]),
  additive("subtract", [1, -1]),
  {
    primitive: "multiply",
    backward: (step) => {
      const [a, b] = step.operands as [number, number];
      if (step.needs(0)) multiplyGradient(step, 0, b);
      if (step.needs(1)) multiplyGradient(step, 1, a);
    },
  },
  // y = a / b: da = dy / b and db = −da ∘ y
  {
    primitive: "divide",
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      const [a, b] = step.operands as [number, number];
      if (gradient === undefined || !(step.needs(0) || step.needs(1))) return;
      const quotient = one(step, "divide", [gradient, b]);
      if (step.needs(0)) step.contribute(0, tensor(unbroadcast(step, quotient, shapeOf(step, a))));
      if (!step.needs(1)) return;
      const product = one(step, "multiply", [quotient, step.results[0] as number]);
      step.contribute(1, tensor(scaled(step, unbroadcast(step, product, shapeOf(step, b)), -1)));
    },
  },
  // Where both operands are equal, the first one takes the gradient.
  selecting("maximum", 0),
  selecting("minimum", 1),
  {
    primitive: "add_n",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      if (!cotangent) return;
      step.operands.forEach((_, index) => {
        if (step.needs(index)) step.contribute(index, cotangent);
      });
    },
  },
  {
    primitive: "keep_where",
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      if (gradient === undefined || !step.needs(0)) return;
      step.contribute(0, tensor(one(step, "keep_where", [gradient, step.operands[1] as number])));
    },
  },
];

function additive(primitive: string, signs: readonly [number, number]): GradientRule {
  return {
    primitive,
    backward: (step) => {
      const cotangent = step.cotangent(0);
      if (!cotangent) return;
      const result = shapeOf(step, step.results[0]);
      step.operands.forEach((operand, index) => {
        if (!step.needs(index)) return;
        const own = unbroadcastCotangent(step, cotangent, result, shapeOf(step, operand));
        step.contribute(index, scaledCotangent(step, own, signs[index] as number));
      });
    },
  };
}

function multiplyGradient(step: BackwardStep, index: number, other: number): void {
  const own = shapeOf(step, step.operands[index]);
  const result = shapeOf(step, step.results[0]);
  const cotangent = step.cotangent(0);
  if (!cotangent) return;
  // A uniform cotangent is a factor of the other operand, unless that one was itself repeated.
  if (cotangent.kind === "uniform" && sameShape(shapeOf(step, other), result)) {
    step.contribute(index, tensor(scaled(step, unbroadcast(step, other, own), cotangent.scalar)));
    return;
  }
  const gradient = step.tensorCotangent(0) as number;
  step.contribute(index, tensor(unbroadcast(step, one(step, "multiply", [gradient, other]), own)));
}

function selecting(primitive: string, larger: 0 | 1): GradientRule {
  return {
    primitive,
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      const [a, b] = step.operands as [number, number];
      if (gradient === undefined) return;
      // maximum: a ≥ b and b > a; minimum: b ≥ a and a > b.
      const [high, low] = larger === 0 ? [a, b] : [b, a];
      const masks = [
        () => one(step, "greater_equal", [high, low]),
        () => one(step, "greater", larger === 0 ? [b, a] : [a, b]),
      ];
      [a, b].forEach((operand, index) => {
        if (!step.needs(index)) return;
        const kept = one(step, "keep_where", [gradient, (masks[index] as () => number)()]);
        step.contribute(index, tensor(unbroadcast(step, kept, shapeOf(step, operand))));
      });
    },
  };
}
