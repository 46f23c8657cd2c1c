/**
 * Functions whose gradient is much shorter than that of their parts. Each takes what its parts have computed and, first,
 * the x they started from: the kernel does not read it, but the gradient rule gives everything to it and nothing to the
 * parts. So a function of many kernels is differentiated as one, and keeps what one needs.
 */
import { printShape, sameShape } from "../program/tensor-type.ts";
import { expectShape, expectSignature, operandType, reject } from "./call-checks.ts";
import type { Primitive } from "./primitive.ts";
import { kernel, operand, type } from "./tensorflow-call.ts";

export const ownGradientPrimitives: readonly Primitive[] = [
  {
    name: "gelu",
    summary:
      "Operands x and share, the probability that a standard normal number lies below x; result x · share. Differentiated " +
      "in x alone, share included.",
    results: (call) => {
      expectSignature(call, 2);
      const x = operandType(call, 0, "float32");
      expectShape(call, 1, x.shape);
      return [x];
    },
    tensorflow: () => kernel("Mul", [operand(0), operand(1)], { T: type("float32") }),
  },
  {
    name: "standardize",
    summary:
      "Operands x[…, length], difference = x − its mean over the last axis, and scale[…, 1] = 1 / √(variance + epsilon); " +
      "result difference · scale. Differentiated in x alone, mean and variance included.",
    results: (call) => {
      expectSignature(call, 3);
      const x = operandType(call, 0, "float32");
      expectShape(call, 1, x.shape);
      const { shape } = operandType(call, 2, "float32");
      if (!sameShape(shape, [...x.shape.slice(0, -1), 1])) {
        reject(`operand 2: expected one number per row of ${printShape(x.shape)}, found ${printShape(shape)}`);
      }
      return [x];
    },
    tensorflow: () => kernel("Mul", [operand(1), operand(2)], { T: type("float32") }),
  },
];
