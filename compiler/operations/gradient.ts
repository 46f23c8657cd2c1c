/** Gradient rules: how the cotangents of a primitive's results become those of its operands, as primitives again. */
import type { Attributes } from "../../runtime/program/step-program.ts";
import type { BatchScalar, TensorType } from "../../runtime/program/tensor-type.ts";
import type { Value } from "./operation.ts";

/**
 * The derivative of the weighted loss with respect to a value. `uniform` is a tensor whose elements are all one known
 * number: the seed of a loss and what a mean makes of it. Keeping it symbolic avoids filling tensors with a constant.
 */
export type Cotangent =
  | { readonly kind: "tensor"; readonly value: Value }
  | { readonly kind: "uniform"; readonly scalar: BatchScalar };

/** One rule per differentiable primitive. A primitive without a rule is a constant for differentiation. */
export interface GradientRule {
  readonly primitive: string;
  readonly backward: (step: BackwardStep) => void;
}

export interface BackwardStep {
  readonly operands: readonly Value[];
  readonly results: readonly Value[];
  readonly attributes: Attributes;
  typeOf(value: Value): TensorType;
  /** What has arrived for a result; undefined where nothing depends on it. */
  cotangent(result: number): Cotangent | undefined;
  /** As `cotangent`, but a uniform one is filled into a tensor of the result's shape. */
  tensorCotangent(result: number): Value | undefined;
  /** Whether anybody wants the gradient of this operand: emit nothing for one that is not needed. */
  needs(operand: number): boolean;
  /** Adds to the gradient of an operand; several contributions sum. */
  contribute(operand: number, cotangent: Cotangent): void;
  emit(primitive: string, operands: readonly Value[], attributes?: Attributes): readonly Value[];
}
