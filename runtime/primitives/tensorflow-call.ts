/** A small vocabulary for `TensorFlowCall`s, so that a lowering reads like the call it makes. */
import type { BatchScalar, DataType, Dimension } from "../program/tensor-type.ts";
import type { TensorFlowAttribute, TensorFlowCall, TensorFlowInput } from "./primitive.ts";

/** One kernel launch; by default its first output is the primitive's only result. */
export function kernel(
  operation: string,
  inputs: readonly TensorFlowInput[],
  attributes: Readonly<Record<string, TensorFlowAttribute>>,
  outputs: readonly (number | null)[] = [0],
): TensorFlowCall {
  return { operation, inputs, attributes, outputs };
}

export function operand(index: number): TensorFlowInput {
  return { kind: "operand", index };
}

export function prepared(call: TensorFlowCall): TensorFlowInput {
  return { kind: "call", call };
}

export function variable(index: number): TensorFlowInput {
  return { kind: "variable", index };
}

export function shapeInput(shape: readonly Dimension[]): TensorFlowInput {
  return { kind: "shape", shape };
}

export function integersInput(values: readonly number[], dimensions?: readonly number[]): TensorFlowInput {
  return dimensions ? { kind: "integers", values, dimensions } : { kind: "integers", values };
}

export function floatsInput(values: readonly number[], dimensions?: readonly number[]): TensorFlowInput {
  return dimensions ? { kind: "floats", values, dimensions } : { kind: "floats", values };
}

export function scalarInput(value: number | BatchScalar, dataType: DataType = "float32"): TensorFlowInput {
  return { kind: "scalar", value: typeof value === "number" ? { value, batchPower: 0 } : value, dataType };
}

export function type(value: DataType): TensorFlowAttribute {
  return { kind: "type", value };
}

export function integer(value: number): TensorFlowAttribute {
  return { kind: "integer", value };
}

export function float(value: number): TensorFlowAttribute {
  return { kind: "float", value };
}

export function boolean(value: boolean): TensorFlowAttribute {
  return { kind: "boolean", value };
}

export function string(value: string): TensorFlowAttribute {
  return { kind: "string", value };
}

export function integers(value: readonly number[]): TensorFlowAttribute {
  return { kind: "integers", value };
}
