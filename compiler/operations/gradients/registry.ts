/** The gradient rule of every differentiable primitive. Primitives without one are constants for differentiation. */
import type { GradientRule } from "../gradient.ts";
import { batchNormRules } from "./batch-norm.ts";
import { binaryRules } from "./binary.ts";
import { convolutionRules } from "./convolution.ts";
import { elementwiseRules } from "./elementwise.ts";
import { poolingRules } from "./pooling.ts";
import { reductionRules } from "./reduction.ts";
import { shapeRules } from "./shape.ts";
import { softmaxRules } from "./softmax.ts";

/** Sorted by primitive. */
export const gradientRules: readonly GradientRule[] = [
  ...batchNormRules,
  ...binaryRules,
  ...convolutionRules,
  ...elementwiseRules,
  ...poolingRules,
  ...reductionRules,
  ...shapeRules,
  ...softmaxRules,
].sort((a, b) => (a.primitive < b.primitive ? -1 : 1));

const byPrimitive = new Map(gradientRules.map((rule) => [rule.primitive, rule]));

export function findGradientRule(primitive: string): GradientRule | undefined {
  return byPrimitive.get(primitive);
}
