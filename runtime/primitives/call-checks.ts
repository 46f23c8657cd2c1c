/** What every primitive checks about its call before it computes result types. All of them throw `ProgramError`. */
import type { BatchScalar, DataType, Shape, TensorType } from "../program/tensor-type.ts";
import { printShape, printType, sameShape } from "../program/tensor-type.ts";
import type { PrimitiveCall } from "./primitive.ts";
import { ProgramError } from "./primitive.ts";

export function reject(message: string): never {
  throw new ProgramError(message);
}

export function expectSignature(
  call: PrimitiveCall,
  operands: number,
  attributes: readonly string[] = [],
  variables = 0,
): void {
  if (call.operands.length !== operands) reject(`expected ${operands} operands, found ${call.operands.length}`);
  expectAttributes(call, attributes);
  if (call.variables.length !== variables) reject(`expected ${variables} variables, found ${call.variables.length}`);
}

export function expectAttributes(call: PrimitiveCall, names: readonly string[]): void {
  for (const name of names) if (call.attributes[name] === undefined) reject(`expected the attribute ${name}`);
  for (const name of Object.keys(call.attributes)) if (!names.includes(name)) reject(`unknown attribute ${name}`);
}

/** The type of an operand, checked for element type and number of axes. */
export function operandType(call: PrimitiveCall, index: number, dataType?: DataType, rank?: number): TensorType {
  const type = call.operands[index];
  if (!type) reject(`operand ${index} is missing`);
  if (dataType && type.dataType !== dataType)
    reject(`operand ${index}: expected ${dataType}, found ${printType(type)}`);
  if (rank !== undefined && type.shape.length !== rank) {
    reject(`operand ${index}: expected ${rank} axes, found ${printType(type)}`);
  }
  return type;
}

/** The type of an operand that must be a float32 tensor of exactly this shape. */
export function expectShape(call: PrimitiveCall, index: number, shape: Shape): TensorType {
  const type = operandType(call, index, "float32");
  if (!sameShape(type.shape, shape)) {
    reject(`operand ${index}: expected ${printShape(shape)}, found ${printShape(type.shape)}`);
  }
  return type;
}

export function variableType(call: PrimitiveCall, index: number): TensorType {
  return call.variables[index] ?? reject(`variable ${index} is missing`);
}

export function numberAttribute(call: PrimitiveCall, name: string): number {
  const value = call.attributes[name];
  return typeof value === "number" && Number.isFinite(value) ? value : reject(`attribute ${name}: expected a number`);
}

export function booleanAttribute(call: PrimitiveCall, name: string): boolean {
  const value = call.attributes[name];
  return typeof value === "boolean" ? value : reject(`attribute ${name}: expected true or false`);
}

/** A list of whole numbers, of the given length where one is given. */
export function integersAttribute(call: PrimitiveCall, name: string, length?: number): readonly number[] {
  const value = call.attributes[name];
  if (!Array.isArray(value) || !value.every(Number.isInteger)) reject(`attribute ${name}: expected whole numbers`);
  if (length !== undefined && value.length !== length) reject(`attribute ${name}: expected ${length} numbers`);
  return value as readonly number[];
}

/** A list of numbers of the given length. */
export function numbersAttribute(call: PrimitiveCall, name: string, length: number): readonly number[] {
  const value = call.attributes[name];
  if (!Array.isArray(value) || !value.every(Number.isFinite)) reject(`attribute ${name}: expected numbers`);
  if (value.length !== length) reject(`attribute ${name}: expected ${length} numbers`);
  return value as readonly number[];
}

/** A number that may depend on the batch size; a plain number stands for one that does not. */
export function scalarAttribute(call: PrimitiveCall, name: string): BatchScalar {
  const value = call.attributes[name];
  if (typeof value === "number" && Number.isFinite(value)) return { value, batchPower: 0 };
  if (typeof value === "object" && "batchPower" in value && Number.isFinite(value.value)) return value;
  return reject(`attribute ${name}: expected a number`);
}

/** Axis numbers of an operand: distinct, ascending, within its rank. */
export function axesAttribute(call: PrimitiveCall, name: string, rank: number): readonly number[] {
  const axes = integersAttribute(call, name);
  axes.forEach((axis, index) => {
    if (axis < 0 || axis >= rank) reject(`attribute ${name}: axis ${axis} is outside a tensor with ${rank} axes`);
    if (index > 0 && axis <= (axes[index - 1] as number)) reject(`attribute ${name}: expected ascending axes`);
  });
  return axes;
}

export function float32(shape: Shape): TensorType {
  return { dataType: "float32", shape };
}
