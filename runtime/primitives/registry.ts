/** All primitives by name. A new family is one file and one line here. */
import { batchNormPrimitives } from "./batch-norm.ts";
import { binaryPrimitives } from "./binary.ts";
import { convolutionPrimitives } from "./convolution.ts";
import { depthwiseConvolutionPrimitives } from "./depthwise-convolution.ts";
import { elementwisePrimitives } from "./elementwise.ts";
import { interpolationPrimitives } from "./interpolation.ts";
import { matrixDiagonalPrimitives } from "./matrix-diagonal.ts";
import { matrixProductPrimitives } from "./matrix-product.ts";
import { poolingPrimitives } from "./pooling.ts";
import type { Primitive } from "./primitive.ts";
import { randomPrimitives } from "./random.ts";
import { reductionPrimitives } from "./reduction.ts";
import { resizingPrimitives } from "./resizing.ts";
import { shapePrimitives } from "./shape.ts";
import { softmaxPrimitives } from "./softmax.ts";
import { variablePrimitives } from "./variables.ts";
import { windowPrimitives } from "./windows.ts";
import { constantPrimitives } from "./with-constant.ts";
import { ownGradientPrimitives } from "./with-own-gradient.ts";

/** Sorted by name. */
export const primitives: readonly Primitive[] = [
  ...batchNormPrimitives,
  ...binaryPrimitives,
  ...constantPrimitives,
  ...convolutionPrimitives,
  ...depthwiseConvolutionPrimitives,
  ...elementwisePrimitives,
  ...interpolationPrimitives,
  ...matrixDiagonalPrimitives,
  ...matrixProductPrimitives,
  ...ownGradientPrimitives,
  ...poolingPrimitives,
  ...randomPrimitives,
  ...reductionPrimitives,
  ...resizingPrimitives,
  ...shapePrimitives,
  ...softmaxPrimitives,
  ...variablePrimitives,
  ...windowPrimitives,
].sort((a, b) => (a.name < b.name ? -1 : 1));

const byName = new Map(primitives.map((primitive) => [primitive.name, primitive]));

export function findPrimitive(name: string): Primitive | undefined {
  return byName.get(name);
}
