/** Two or more operands element by element, with broadcasting: axes of length 1 repeat, shapes align at the last axis. */
import type { DataType, TensorType } from "../program/tensor-type.ts";
import { printType } from "../program/tensor-type.ts";
import { broadcastShapes } from "./broadcasting.ts";
import { expectAttributes, expectShape, expectSignature, operandType, reject } from "./call-checks.ts";
import type { Primitive, PrimitiveCall } from "./primitive.ts";
import { boolean, integer, kernel, operand, scalarInput, type } from "./tensorflow-call.ts";

export const binaryPrimitives: readonly Primitive[] = [
  arithmetic("add", "a + b", "AddV2"),
  arithmetic("subtract", "a − b", "Sub"),
  arithmetic("multiply", "a · b", "Mul"),
  arithmetic("divide", "a / b", "RealDiv"),
  arithmetic("maximum", "the larger of a and b", "Maximum"),
  arithmetic("minimum", "the smaller of a and b", "Minimum"),
  comparison("equal", "a = b", "Equal"),
  comparison("greater", "a > b", "Greater"),
  comparison("greater_equal", "a ≥ b", "GreaterEqual"),
  {
    name: "keep_where",
    summary: "Operands x and mask (bool), shaped alike; result x where the mask is true, else 0.",
    results: (call) => {
      expectSignature(call, 2);
      return [expectShape(call, 0, operandType(call, 1, "bool").shape)];
    },
    tensorflow: () => kernel("SelectV2", [operand(1), operand(0), scalarInput(0)], { T: type("float32") }),
  },
  {
    name: "add_n",
    summary: "Two or more operands shaped alike; result their sum.",
    results: (call) => {
      expectAttributes(call, []);
      const first = operandType(call, 0, "float32");
      if (call.operands.length < 2) reject("expected at least 2 operands");
      for (const index of call.operands.keys()) expectShape(call, index, first.shape);
      return [first];
    },
    tensorflow: (call) =>
      kernel(
        "AddN",
        call.operands.map((_, index) => operand(index)),
        { N: integer(call.operands.length), T: type("float32") },
      ),
  },
];

function arithmetic(name: string, formula: string, operation: string): Primitive {
  return {
    name,
    summary: `Operands a and b, broadcast; result ${formula}.`,
    results: (call) => [broadcast(call, "float32")],
    tensorflow: () => kernel(operation, [operand(0), operand(1)], { T: type("float32") }),
  };
}

function comparison(name: string, formula: string, operation: string): Primitive {
  return {
    name,
    summary: `Operands a and b of one element type, broadcast; result whether ${formula}.`,
    results: (call) => [{ ...broadcast(call, operandType(call, 0).dataType), dataType: "bool" }],
    tensorflow: (call) => {
      const attributes = { T: type(operandType(call, 0).dataType) };
      // Only Equal knows shapes that do not broadcast; ours always do.
      return kernel(
        operation,
        [operand(0), operand(1)],
        operation === "Equal" ? { ...attributes, incompatible_shape_error: boolean(true) } : attributes,
      );
    },
  };
}

function broadcast(call: PrimitiveCall, dataType: DataType): TensorType {
  expectSignature(call, 2);
  const a = operandType(call, 0, dataType);
  const b = operandType(call, 1, dataType);
  const shape = broadcastShapes(a.shape, b.shape);
  return shape ? { dataType, shape } : reject(`${printType(a)} and ${printType(b)} do not broadcast`);
}
