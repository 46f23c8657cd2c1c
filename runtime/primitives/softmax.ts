/** Softmax over the last axis, and the losses that TensorFlow fuses with it. */
import { printShape } from "../program/tensor-type.ts";
import { expectShape, expectSignature, float32, numberAttribute, operandType, reject } from "./call-checks.ts";
import type { Primitive, PrimitiveCall } from "./primitive.ts";
import { integer, kernel, operand, scalarInput, type } from "./tensorflow-call.ts";

export const softmaxPrimitives: readonly Primitive[] = [
  alongLastAxis("softmax", "exp(x) / Σ exp(x)", "Softmax"),
  alongLastAxis("log_softmax", "x − log Σ exp(x)", "LogSoftmax"),
  {
    name: "softmax_cross_entropy",
    summary:
      "Operands logits[batch, classes] and label[batch] (int32); results losses[batch] and their gradient[batch, classes] " +
      "with respect to the logits.",
    results: (call) => {
      expectSignature(call, 2);
      const logits = operandType(call, 0, "float32", 2);
      const label = operandType(call, 1, "int32", 1);
      if (label.shape[0] !== logits.shape[0])
        reject(`label ${printShape(label.shape)} for ${printShape(logits.shape)}`);
      return [float32(label.shape), logits];
    },
    tensorflow: () =>
      kernel(
        "SparseSoftmaxCrossEntropyWithLogits",
        [operand(0), operand(1)],
        { T: type("float32"), Tlabels: type("int32") },
        [0, 1],
      ),
  },
  {
    name: "softmax_cross_entropy_dense",
    summary:
      "Operands logits[batch, classes] and probabilities[batch, classes], rows of which sum to 1; results losses[batch] and " +
      "their gradient[batch, classes] with respect to the logits.",
    results: (call) => {
      expectSignature(call, 2);
      const logits = operandType(call, 0, "float32", 2);
      expectShape(call, 1, logits.shape);
      return [float32(logits.shape.slice(0, 1)), logits];
    },
    tensorflow: () => kernel("SoftmaxCrossEntropyWithLogits", [operand(0), operand(1)], { T: type("float32") }, [0, 1]),
  },
  {
    name: "one_hot",
    summary:
      "Operand index (int32); result float32 with one more axis of length `depth`: `on` at the index, `off` elsewhere.",
    results: (call) => {
      expectSignature(call, 1, ["depth", "on", "off"]);
      numberAttribute(call, "on");
      numberAttribute(call, "off");
      return [float32([...operandType(call, 0, "int32").shape, depthOf(call)])];
    },
    tensorflow: (call) =>
      kernel(
        "OneHot",
        [
          operand(0),
          scalarInput(depthOf(call), "int32"),
          scalarInput(numberAttribute(call, "on")),
          scalarInput(numberAttribute(call, "off")),
        ],
        { T: type("float32"), TI: type("int32"), axis: integer(-1) },
      ),
  },
];

function alongLastAxis(name: string, formula: string, operation: string): Primitive {
  return {
    name,
    summary: `Operand x[…, classes]; result ${formula} over the last axis.`,
    results: (call) => {
      expectSignature(call, 1);
      const x = operandType(call, 0, "float32");
      return x.shape.length >= 1 ? [x] : reject("expected at least 1 axis");
    },
    tensorflow: () => kernel(operation, [operand(0)], { T: type("float32") }),
  };
}

function depthOf(call: PrimitiveCall): number {
  const depth = numberAttribute(call, "depth");
  return Number.isInteger(depth) && depth >= 1 ? depth : reject("attribute depth: expected a whole number, at least 1");
}
