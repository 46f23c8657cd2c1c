/** One value in, one value out, element by element; and the gradient kernels of these functions. */
import type { TensorType } from "../program/tensor-type.ts";
import { printType } from "../program/tensor-type.ts";
import { expectShape, expectSignature, numberAttribute, operandType, reject } from "./call-checks.ts";
import type { Primitive, PrimitiveCall } from "./primitive.ts";
import { boolean, float, kernel, operand, type } from "./tensorflow-call.ts";

export const elementwisePrimitives: readonly Primitive[] = [
  unary("relu", "max(x, 0)", "Relu"),
  unary("tanh", "tanh(x)", "Tanh"),
  unary("sigmoid", "1 / (1 + exp(−x))", "Sigmoid"),
  unary("softplus", "log(1 + exp(x))", "Softplus"),
  unary("exp", "exp(x)", "Exp"),
  unary("log", "the natural logarithm of x", "Log"),
  unary("sqrt", "√x", "Sqrt"),
  unary("rsqrt", "1 / √x", "Rsqrt"),
  unary("square", "x²", "Square"),
  unary("negate", "−x", "Neg"),
  unary("reciprocal", "1 / x", "Reciprocal"),
  unary("erf", "the error function of x, 2/√π ∫₀ˣ exp(−t²) dt", "Erf"),
  unary("absolute", "|x|", "Abs"),
  unary("sign", "−1, 0 or 1 after the sign of x", "Sign"),
  // TensorFlow's gradient kernels disagree about the order of their inputs; ours always take the output gradient first.
  unaryGradient("relu_gradient", "of relu, from its output y", "ReluGrad", [0, 1]),
  unaryGradient("tanh_gradient", "of tanh, from its output y", "TanhGrad", [1, 0]),
  unaryGradient("sigmoid_gradient", "of sigmoid, from its output y", "SigmoidGrad", [1, 0]),
  unaryGradient("sqrt_gradient", "of sqrt, from its output y", "SqrtGrad", [1, 0]),
  unaryGradient("rsqrt_gradient", "of rsqrt, from its output y", "RsqrtGrad", [1, 0]),
  unaryGradient("reciprocal_gradient", "of reciprocal, from its output y", "ReciprocalGrad", [1, 0]),
  unaryGradient("softplus_gradient", "of softplus, from its input x", "SoftplusGrad", [0, 1]),
  {
    name: "leaky_relu",
    summary: "Operand x; result x where positive, else slope · x.",
    results: (call) => {
      expectSignature(call, 1, ["slope"]);
      slopeOf(call);
      return [operandType(call, 0, "float32")];
    },
    tensorflow: (call) =>
      kernel("LeakyRelu", [operand(0)], { T: type("float32"), alpha: float(numberAttribute(call, "slope")) }),
  },
  {
    name: "leaky_relu_gradient",
    summary: "Operands output gradient and output y of leaky_relu; result the gradient of x.",
    results: (call) => {
      expectSignature(call, 2, ["slope"]);
      slopeOf(call);
      return pair(call);
    },
    tensorflow: (call) =>
      kernel("LeakyReluGrad", [operand(0), operand(1)], {
        T: type("float32"),
        alpha: float(numberAttribute(call, "slope")),
      }),
  },
  {
    name: "cast",
    summary: "Operand x; result x as `dataType`; true is 1 and false is 0.",
    results: (call) => {
      expectSignature(call, 1, ["dataType"]);
      return [{ dataType: targetType(call), shape: operandType(call, 0).shape }];
    },
    tensorflow: (call) =>
      kernel("Cast", [operand(0)], {
        SrcT: type(operandType(call, 0).dataType),
        DstT: type(targetType(call)),
        Truncate: boolean(false),
      }),
  },
];

function unary(name: string, formula: string, operation: string): Primitive {
  return {
    name,
    summary: `Operand x; result ${formula}.`,
    results: (call) => {
      expectSignature(call, 1);
      return [operandType(call, 0, "float32")];
    },
    tensorflow: () => kernel(operation, [operand(0)], { T: type("float32") }),
  };
}

function unaryGradient(name: string, of: string, operation: string, order: readonly number[]): Primitive {
  return {
    name,
    summary: `Operands output gradient and saved tensor; result the gradient of x ${of}.`,
    results: (call) => {
      expectSignature(call, 2);
      return pair(call);
    },
    tensorflow: () => kernel(operation, order.map(operand), { T: type("float32") }),
  };
}

function pair(call: PrimitiveCall): readonly TensorType[] {
  return [expectShape(call, 0, operandType(call, 1, "float32").shape)];
}

/** The gradient from the output alone needs a slope that keeps the sign. */
function slopeOf(call: PrimitiveCall): number {
  const slope = numberAttribute(call, "slope");
  return slope >= 0 ? slope : reject(`attribute slope: expected at least 0, found ${slope}`);
}

function targetType(call: PrimitiveCall) {
  const value = call.attributes.dataType;
  if (value === "float32" || value === "int32" || value === "bool") return value;
  return reject(`attribute dataType: cannot cast ${printType(operandType(call, 0))} to ${String(value)}`);
}
