/** One tensor and a constant, element by element: factors, amounts and bounds, possibly depending on the batch size. */
import type { TensorType } from "../program/tensor-type.ts";
import {
  expectSignature,
  numberAttribute,
  numbersAttribute,
  operandType,
  reject,
  scalarAttribute,
} from "./call-checks.ts";
import type { Primitive, PrimitiveCall } from "./primitive.ts";
import { floatsInput, kernel, operand, scalarInput, type } from "./tensorflow-call.ts";

export const constantPrimitives: readonly Primitive[] = [
  {
    name: "scale",
    summary: "Operand x; result factor · x.",
    results: (call) => withScalar(call, "factor"),
    tensorflow: (call) =>
      kernel("Mul", [operand(0), scalarInput(scalarAttribute(call, "factor"))], { T: type("float32") }),
  },
  {
    name: "shift",
    summary: "Operand x; result x + amount.",
    results: (call) => withScalar(call, "amount"),
    tensorflow: (call) =>
      kernel("AddV2", [operand(0), scalarInput(scalarAttribute(call, "amount"))], { T: type("float32") }),
  },
  perChannel("scale_channels", "factors", "x times one factor per channel", "Mul"),
  perChannel("shift_channels", "amounts", "x plus one amount per channel", "AddV2"),
  {
    name: "at_least",
    summary: "Operand x; result max(x, bound).",
    results: (call) => withScalar(call, "bound"),
    tensorflow: (call) =>
      kernel("Maximum", [operand(0), scalarInput(scalarAttribute(call, "bound"))], { T: type("float32") }),
  },
  {
    name: "clamp",
    summary: "Operand x; result x limited to low … high.",
    results: (call) => {
      expectSignature(call, 1, ["low", "high"]);
      if (numberAttribute(call, "low") > numberAttribute(call, "high")) reject("attribute low exceeds attribute high");
      return [operandType(call, 0, "float32")];
    },
    tensorflow: (call) =>
      kernel(
        "ClipByValue",
        [operand(0), scalarInput(numberAttribute(call, "low")), scalarInput(numberAttribute(call, "high"))],
        { T: type("float32") },
      ),
  },
];

function withScalar(call: PrimitiveCall, name: string): readonly TensorType[] {
  expectSignature(call, 1, [name]);
  scalarAttribute(call, name);
  return [operandType(call, 0, "float32")];
}

function perChannel(name: string, attribute: string, result: string, operation: string): Primitive {
  const constants = (call: PrimitiveCall): readonly number[] =>
    numbersAttribute(call, attribute, operandType(call, 0).shape.at(-1) ?? 1);
  return {
    name,
    summary: `Operand x; result ${result} (the last axis).`,
    results: (call) => {
      expectSignature(call, 1, [attribute]);
      constants(call);
      return [operandType(call, 0, "float32")];
    },
    tensorflow: (call) => kernel(operation, [operand(0), floatsInput(constants(call))], { T: type("float32") }),
  };
}
