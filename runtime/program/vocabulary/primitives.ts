/**
 * Every primitive as a typed function: `step.conv2d("conv[1]", x, kernel, { strides: [1, 1], … })`. The names are those of
 * `runtime/primitives` in camelCase. A label may come first: where in the source the operation was written. Operands
 * follow, then attributes. What a primitive computes is said in `runtime/primitives`.
 */

import type { ValueNumber } from "../step-program.ts";
import type { BatchScalar, DataType, Shape } from "../tensor-type.ts";

declare const tensor: unique symbol;

/** A value of the step under construction. */
export type Tensor = ValueNumber & { readonly [tensor]: true };

type Scalar = number | BatchScalar;
export type Pair = readonly [number, number];
/** Top, bottom, left, right. */
export type Sides = readonly [number, number, number, number];

interface Window {
  readonly strides: Pair;
  readonly padding: Sides;
  readonly dilations: Pair;
}
interface PoolWindow {
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: Sides;
}
interface Reduction {
  readonly axes: readonly number[];
  readonly keepAxes: boolean;
}
interface Interpolation {
  readonly length: number;
  readonly method: "half_pixel" | "mean_bins";
}
interface Resize {
  readonly size: Pair;
  readonly alignCorners: boolean;
}

type Call<Given extends readonly unknown[], Result = Tensor> = (...call: Given | [label: string, ...Given]) => Result;
type Unary<Attributes extends readonly unknown[] = []> = Call<[x: Tensor, ...Attributes]>;
type Binary = Call<[a: Tensor, b: Tensor]>;
type Gradient<Attributes extends readonly unknown[] = []> = Call<[gradient: Tensor, saved: Tensor, ...Attributes]>;

export interface Normalized {
  readonly y: Tensor;
  readonly runningMean: Tensor;
  readonly runningVariance: Tensor;
  readonly batchMean: Tensor;
  readonly batchVariance: Tensor;
}
export interface NormalizationGradients {
  readonly x: Tensor;
  readonly scale: Tensor;
  readonly offset: Tensor;
}
export interface Thirds {
  readonly first: Tensor;
  readonly second: Tensor;
  readonly third: Tensor;
}
export interface CrossEntropy {
  /** One per sample. */
  readonly losses: Tensor;
  /** Of the losses with respect to the logits. */
  readonly gradient: Tensor;
}

type NormalizationOperands = [x: Tensor, scale: Tensor, offset: Tensor, mean: Tensor, variance: Tensor];
type GradientOfNormalization = [gradient: Tensor, x: Tensor, scale: Tensor, batchMean: Tensor, batchVariance: Tensor];
type Momentum = { readonly momentum: number; readonly nesterov: boolean };
type AdamOperands = [gradient: Tensor, rate: Tensor, beta1Power: Tensor, beta2Power: Tensor, epsilon: Tensor];

export interface Primitives {
  // Variables: addresses come before the operands.
  read: Call<[address: string]>;
  assign: Call<[address: string, value: Tensor], void>;
  assignAdd: Call<[address: string, value: Tensor], void>;
  assignSubtract: Call<[address: string, value: Tensor], void>;
  applySgd: Call<[weight: string, gradient: Tensor, rate: Tensor], void>;
  applyMomentum: Call<[variables: readonly [string, string], gradient: Tensor, rate: Tensor, Momentum], void>;
  applyAdam: Call<
    [variables: readonly [string, string, string], ...AdamOperands, { readonly beta1: number; readonly beta2: number }],
    void
  >;

  conv2d: Call<[image: Tensor, kernel: Tensor, Window]>;
  conv2dInputGradient: Call<[kernel: Tensor, gradient: Tensor, Window & { readonly inputShape: Shape }]>;
  conv2dKernelGradient: Call<[image: Tensor, gradient: Tensor, Window & { readonly kernelShape: Shape }]>;
  matmul: Call<[a: Tensor, b: Tensor, { readonly transposeA: boolean; readonly transposeB: boolean }]>;
  depthwiseConv2d: Call<[image: Tensor, kernel: Tensor, Omit<Window, "dilations">]>;
  depthwiseConv2dInputGradient: Call<
    [kernel: Tensor, gradient: Tensor, Omit<Window, "dilations"> & { readonly inputShape: Shape }]
  >;
  depthwiseConv2dKernelGradient: Call<
    [image: Tensor, gradient: Tensor, Omit<Window, "dilations"> & { readonly kernelShape: Shape }]
  >;
  biasAdd: Call<[x: Tensor, bias: Tensor]>;
  biasGradient: Call<[gradient: Tensor]>;
  batchNormTraining: Call<
    [...NormalizationOperands, { readonly epsilon: number; readonly momentum: number }],
    Normalized
  >;
  batchNormInference: Call<[...NormalizationOperands, { readonly epsilon: number }]>;
  batchNormGradient: Call<[...GradientOfNormalization, { readonly epsilon: number }], NormalizationGradients>;
  maxPool: Unary<[PoolWindow]>;
  maxPoolGradient: Call<[gradient: Tensor, image: Tensor, output: Tensor, PoolWindow]>;
  avgPool: Unary<[PoolWindow]>;
  avgPoolGradient: Unary<[PoolWindow & { readonly inputShape: Shape }]>;
  resizeBilinear: Unary<[Resize]>;
  resizeBilinearGradient: Gradient<[{ readonly alignCorners: boolean }]>;
  resizeNearest: Unary<[Resize]>;
  resizeNearestGradient: Unary<[Resize]>;
  interpolate: Unary<[Interpolation]>;
  interpolateGradient: Unary<[Interpolation]>;

  standardize: Call<[x: Tensor, difference: Tensor, scale: Tensor]>;
  gelu: Call<[x: Tensor, share: Tensor]>;
  relativePositions: Unary<[{ readonly window: number }]>;
  relativePositionsGradient: Unary<[{ readonly window: number }]>;
  windowRegions: Call<[{ readonly size: Pair; readonly window: number; readonly shift: number }]>;

  deriveSeed: Unary<[{ readonly stream: number }]>;
  randomUniform: Unary<[{ readonly shape: Shape }]>;

  relu: Unary;
  reluGradient: Gradient;
  leakyRelu: Unary<[{ readonly slope: number }]>;
  leakyReluGradient: Gradient<[{ readonly slope: number }]>;
  tanh: Unary;
  tanhGradient: Gradient;
  sigmoid: Unary;
  sigmoidGradient: Gradient;
  softplus: Unary;
  softplusGradient: Gradient;
  exp: Unary;
  log: Unary;
  sqrt: Unary;
  sqrtGradient: Gradient;
  rsqrt: Unary;
  rsqrtGradient: Gradient;
  reciprocal: Unary;
  reciprocalGradient: Gradient;
  square: Unary;
  negate: Unary;
  erf: Unary;
  absolute: Unary;
  sign: Unary;
  scale: Unary<[{ readonly factor: Scalar }]>;
  shift: Unary<[{ readonly amount: Scalar }]>;
  scaleChannels: Unary<[{ readonly factors: readonly number[] }]>;
  shiftChannels: Unary<[{ readonly amounts: readonly number[] }]>;
  atLeast: Unary<[{ readonly bound: Scalar }]>;
  clamp: Unary<[{ readonly low: number; readonly high: number }]>;
  cast: Unary<[{ readonly dataType: DataType }]>;

  add: Binary;
  addN: Call<[summands: readonly Tensor[]]>;
  subtract: Binary;
  multiply: Binary;
  divide: Binary;
  maximum: Binary;
  minimum: Binary;
  equal: Binary;
  greater: Binary;
  greaterEqual: Binary;
  keepWhere: Call<[x: Tensor, mask: Tensor]>;

  mean: Unary<[Reduction]>;
  sum: Unary<[Reduction]>;
  max: Unary<[Reduction]>;
  halfSquareSum: Unary;
  argmax: Unary<[{ readonly axis: number }]>;

  reshape: Unary<[{ readonly shape: Shape }]>;
  broadcast: Unary<[{ readonly shape: Shape }]>;
  transpose: Unary<[{ readonly permutation: readonly number[] }]>;
  concat: Call<[parts: readonly Tensor[], { readonly axis: number }]>;
  splitInThree: Call<[x: Tensor, { readonly axis: number }], Thirds>;
  roll: Unary<[{ readonly axes: readonly number[]; readonly amounts: readonly number[] }]>;
  slice: Unary<[{ readonly begin: readonly number[]; readonly size: Shape }]>;
  pad: Unary<[{ readonly paddings: readonly number[]; readonly value: number }]>;
  fill: Call<[{ readonly shape: Shape; readonly value: Scalar }]>;
  matrixDiagonal: Unary;
  matrixSetDiagonal: Call<[x: Tensor, diagonal: Tensor]>;

  softmax: Unary;
  logSoftmax: Unary;
  softmaxCrossEntropy: Call<[logits: Tensor, label: Tensor], CrossEntropy>;
  softmaxCrossEntropyDense: Call<[logits: Tensor, probabilities: Tensor], CrossEntropy>;
  oneHot: Unary<[{ readonly depth: number; readonly on: number; readonly off: number }]>;
}

/** Names of the results of primitives that have several. */
export const resultNames: Readonly<Record<string, readonly string[]>> = {
  batch_norm_training: ["y", "runningMean", "runningVariance", "batchMean", "batchVariance"],
  batch_norm_gradient: ["x", "scale", "offset"],
  split_in_three: ["first", "second", "third"],
  softmax_cross_entropy: ["losses", "gradient"],
  softmax_cross_entropy_dense: ["losses", "gradient"],
};

/** Primitives whose operands are given as one list, because there may be any number of them. */
export const listPrimitives: ReadonlySet<string> = new Set(["add_n", "concat"]);

/** `conv2d_input_gradient` → `conv2dInputGradient` */
export function methodName(primitive: string): string {
  return primitive.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
