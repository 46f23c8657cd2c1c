/** Random numbers without state (Salmon et al., 2011, Philox): the same seed gives the same numbers, in every executor. */
import { expectSignature, float32, integersAttribute, numberAttribute, operandType, reject } from "./call-checks.ts";
import type { Primitive, PrimitiveCall } from "./primitive.ts";
import { integersInput, kernel, operand, shapeInput, type } from "./tensorflow-call.ts";

export const randomPrimitives: readonly Primitive[] = [
  {
    name: "derive_seed",
    summary: "Operand seed[2] (int32); result another seed, for the stream of random numbers with the number `stream`.",
    results: (call) => {
      expectSeed(call, ["stream"]);
      const stream = numberAttribute(call, "stream");
      if (stream !== (stream | 0)) reject("attribute stream: expected a 32-bit whole number");
      return [operandType(call, 0)];
    },
    tensorflow: (call) =>
      kernel("BitwiseXor", [operand(0), integersInput([numberAttribute(call, "stream"), 0])], { T: type("int32") }),
  },
  {
    name: "random_uniform",
    summary: "Operand seed[2] (int32); result float32 numbers of `shape`, uniform in [0, 1).",
    results: (call) => {
      expectSeed(call, ["shape"]);
      return [float32(integersAttribute(call, "shape"))];
    },
    tensorflow: (call) =>
      kernel("StatelessRandomUniform", [shapeInput(integersAttribute(call, "shape")), operand(0)], {
        dtype: type("float32"),
        T: type("int32"),
        Tseed: type("int32"),
      }),
  },
];

function expectSeed(call: PrimitiveCall, attributes: readonly string[]): void {
  expectSignature(call, 1, attributes);
  if (operandType(call, 0, "int32", 1).shape[0] !== 2) reject("operand 0: a seed is two numbers");
}
