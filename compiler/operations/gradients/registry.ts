/** The gradient rule of every differentiable primitive. Primitives without one are constants for differentiation. */
import type { GradientRule } from "../gradient.ts";
import { batchNormRules } from "./batch-norm.ts";
import { binaryRules } from "./binary.ts";
import { convolutionRules } from "./convolution.ts";
import { depthwiseConvolutionRules } from "./depthwise-convolution.ts";
import { elementwiseRules } from "./elementwise.ts";
import { interpolationRules } from "./interpolation.ts";
import { poolingRules } from "./pooling.ts";
import { reductionRules } from "./reduction.ts";
import { shapeRules } from "./shape.ts";
import { softmaxRules } from "./softmax.ts";
import { windowRules } from "./windows.ts";
import { ownGradientRules } from "./with-own-gradient.ts";

/** Sorted by primitive. */
export const gradientRules: readonly GradientRule[] = [
  ...batchNormRules,
  ...binaryRules,
  ...convolutionRules,
  ...depthwiseConvolutionRules,
  ...elementwiseRules,
  ...interpolationRules,
  ...ownGradientRules,
  ...poolingRules,
  ...reductionRules,
  ...shapeRules,
  ...softmaxRules,
  ...windowRules,
].sort((a, b) => (a.primitive < b.primitive ? -1 : 1));

const byPrimitive = new Map(gradientRules.map((rule) => [rule.primitive, rule]));

export function findGradientRule(primitive: string): GradientRule | undefined {
  return byPrimitive.get(primitive);
}
