/** Gradients of functions of one operand, element by element. */
import type { BatchScalar } from "../../../runtime/program/tensor-type.ts";
import { one, scaled } from "../emission.ts";
import type { BackwardStep, GradientRule } from "../gradient.ts";
import { scaledCotangent, tensor, times, timesCotangent } from "./cotangents.ts";

export const elementwiseRules: readonly GradientRule[] = [
  fused("relu"),
  fused("leaky_relu"),
  fused("tanh"),
  fused("sigmoid"),
  fused("sqrt"),
  fused("rsqrt"),
  fused("reciprocal"),
  // softplus′ = sigmoid
  ofOperand("softplus", { derivative: "sigmoid", gradient: "softplus_gradient" }),
  // exp′ = exp: the output is the derivative.
  {
    primitive: "exp",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      if (!cotangent || !step.needs(0)) return;
      step.contribute(0, tensor(timesCotangent(step, step.results[0] as number, cotangent)));
    },
  },
  // log′(x) = 1/x
  ofOperand("log", { derivative: "reciprocal", gradient: "divide" }),
  // erf′(x) = 2/√π · exp(−x²)
  {
    primitive: "erf",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      if (!cotangent || !step.needs(0)) return;
      const bell = one(step, "exp", [one(step, "negate", [one(step, "square", step.operands)])]);
      step.contribute(0, tensor(scaled(step, timesCotangent(step, bell, cotangent), 2 / Math.sqrt(Math.PI))));
    },
  },
  {
    primitive: "square",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      const x = step.operands[0] as number;
      if (!cotangent || !step.needs(0)) return;
      const gradient =
        cotangent.kind === "uniform"
          ? scaled(step, x, times(cotangent.scalar, 2))
          : scaled(step, one(step, "multiply", [cotangent.value, x]), 2);
      step.contribute(0, tensor(gradient));
    },
  },
  {
    primitive: "absolute",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      if (!cotangent || !step.needs(0)) return;
      step.contribute(0, tensor(timesCotangent(step, one(step, "sign", step.operands), cotangent)));
    },
  },
  linear("negate", () => -1),
  linear("scale", (step) => step.attributes.factor as number | BatchScalar),
  linear("shift", () => 1),
  linear("shift_channels", () => 1),
  {
    primitive: "scale_channels",
    backward: (step) => {
      if (!step.needs(0)) return;
      const gradient = step.tensorCotangent(0);
      if (gradient === undefined) return;
      step.contribute(0, tensor(one(step, "scale_channels", [gradient], step.attributes)));
    },
  },
  limiting("at_least"),
  limiting("clamp"),
];

/** A gradient kernel `NAME_gradient(output gradient, output)` with the same attributes. */
function fused(primitive: string): GradientRule {
  return {
    primitive,
    backward: (step) => {
      if (!step.needs(0)) return;
      const gradient = step.tensorCotangent(0);
      if (gradient === undefined) return;
      const operands = [gradient, step.results[0] as number];
      step.contribute(0, tensor(one(step, `${primitive}_gradient`, operands, step.attributes)));
    },
  };
}

/** By the derivative at the operand, or by a kernel that multiplies it with the output's gradient in the same go. */
function ofOperand(primitive: string, by: { readonly derivative: string; readonly gradient: string }): GradientRule {
  return {
    primitive,
    backward: (step) => {
      const cotangent = step.cotangent(0);
      const x = step.operands[0] as number;
      if (!cotangent || !step.needs(0)) return;
      const gradient =
        cotangent.kind === "uniform"
          ? scaled(step, one(step, by.derivative, [x]), cotangent.scalar)
          : one(step, by.gradient, [cotangent.value, x]);
      step.contribute(0, tensor(gradient));
    },
  };
}

function linear(primitive: string, factor: (step: BackwardStep) => number | BatchScalar): GradientRule {
  return {
    primitive,
    backward: (step) => {
      const cotangent = step.cotangent(0);
      if (cotangent && step.needs(0)) step.contribute(0, scaledCotangent(step, cotangent, factor(step)));
    },
  };
}

/** The gradient passes where the operand was not limited. */
function limiting(primitive: string): GradientRule {
  return {
    primitive,
    backward: (step) => {
      if (!step.needs(0)) return;
      const gradient = step.tensorCotangent(0);
      if (gradient === undefined) return;
      const untouched = one(step, "equal", [step.operands[0] as number, step.results[0] as number]);
      step.contribute(0, tensor(one(step, "keep_where", [gradient, untouched])));
    },
  };
}
