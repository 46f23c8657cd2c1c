/** Arithmetic on cotangents that keeps uniform ones symbolic, and the reverse of broadcasting. */
import { elementCount, repeatedAxes } from "../../../runtime/primitives/broadcasting.ts";
import type { BatchScalar, Shape } from "../../../runtime/program/tensor-type.ts";
import { reshaped, scaled, summed } from "../emission.ts";
import type { BackwardStep, Cotangent } from "../gradient.ts";
import type { Value } from "../operation.ts";

export function tensor(value: Value): Cotangent {
  return { kind: "tensor", value };
}

export function times(a: BatchScalar, b: BatchScalar | number): BatchScalar {
  const factor = typeof b === "number" ? { value: b, batchPower: 0 } : b;
  return { value: a.value * factor.value, batchPower: a.batchPower + factor.batchPower };
}

export function inverse(scalar: BatchScalar): BatchScalar {
  return { value: 1 / scalar.value, batchPower: 0 - scalar.batchPower };
}

/** `factor · cotangent`: an instruction only where the cotangent is a tensor. */
export function scaledCotangent(step: BackwardStep, cotangent: Cotangent, factor: number | BatchScalar): Cotangent {
  return cotangent.kind === "uniform"
    ? { kind: "uniform", scalar: times(cotangent.scalar, factor) }
    : tensor(scaled(step, cotangent.value, factor));
}

/** A tensor times a cotangent of the same shape: a uniform cotangent becomes a factor. */
export function timesCotangent(step: BackwardStep, value: Value, cotangent: Cotangent): Value {
  return cotangent.kind === "uniform"
    ? scaled(step, value, cotangent.scalar)
    : (step.emit("multiply", [cotangent.value, value])[0] as Value);
}

/** Sums a gradient of a broadcast result over the axes along which the operand was repeated. */
export function unbroadcast(step: BackwardStep, gradient: Value, operand: Shape): Value {
  const result = step.typeOf(gradient).shape;
  return reshaped(step, summed(step, gradient, repeatedAxes(operand, result), false), operand);
}

/** As `unbroadcast`, for a cotangent of a result of shape `result`. */
export function unbroadcastCotangent(
  step: BackwardStep,
  cotangent: Cotangent,
  result: Shape,
  operand: Shape,
): Cotangent {
  if (cotangent.kind === "tensor") return tensor(unbroadcast(step, cotangent.value, operand));
  const repeated = repeatedAxes(operand, result).map((axis) => result[axis] as number);
  return { kind: "uniform", scalar: times(cotangent.scalar, elementCount(repeated)) };
}

/** The shape of an operand or result of the instruction. */
export function shapeOf(step: BackwardStep, value: Value | undefined): Shape {
  return step.typeOf(value as Value).shape;
}
