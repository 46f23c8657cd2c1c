/** Single-result primitives as functions, for operations and gradient rules alike. */
import type { Attributes } from "../../runtime/program/step-program.ts";
import type { BatchScalar, Shape, TensorType } from "../../runtime/program/tensor-type.ts";
import { sameShape } from "../../runtime/program/tensor-type.ts";
import type { Value } from "./operation.ts";

/** What `Emitter` and `BackwardStep` share. */
export interface PrimitiveWriter {
  emit(primitive: string, operands: readonly Value[], attributes?: Attributes): readonly Value[];
  typeOf(value: Value): TensorType;
}

/** Emits a primitive and returns its first result. */
export function one(
  writer: PrimitiveWriter,
  primitive: string,
  operands: readonly Value[],
  attributes?: Attributes,
): Value {
  return writer.emit(primitive, operands, attributes)[0] as Value;
}

/** `factor · value`; nothing is emitted for a factor of 1. */
export function scaled(writer: PrimitiveWriter, value: Value, factor: number | BatchScalar): Value {
  const scalar = typeof factor === "number" ? { value: factor, batchPower: 0 } : factor;
  return scalar.value === 1 && scalar.batchPower === 0 ? value : one(writer, "scale", [value], { factor: scalar });
}

/** The same elements in another shape; nothing is emitted for the same shape. */
export function reshaped(writer: PrimitiveWriter, value: Value, shape: Shape): Value {
  return sameShape(writer.typeOf(value).shape, shape) ? value : one(writer, "reshape", [value], { shape });
}

export function summed(writer: PrimitiveWriter, value: Value, axes: readonly number[], keepAxes: boolean): Value {
  return axes.length === 0 ? value : one(writer, "sum", [value], { axes, keepAxes });
}

/** The mean of all elements, a scalar. */
export function meanOfAll(writer: PrimitiveWriter, value: Value): Value {
  return one(writer, "mean", [value], { axes: writer.typeOf(value).shape.map((_, axis) => axis), keepAxes: false });
}

/** A matrix product with optional transposition of either operand. */
export function product(writer: PrimitiveWriter, a: Value, b: Value, transposeA = false, transposeB = false): Value {
  return one(writer, "matmul", [a, b], { transposeA, transposeB });
}
