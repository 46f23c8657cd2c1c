/** Batch normalisation of images `[batch, height, width, channels]` (Ioffe and Szegedy, arXiv 1502.03167). */
import { expectShape, expectSignature, float32, numberAttribute, operandType } from "./call-checks.ts";
import type { Primitive, PrimitiveCall, TensorFlowAttribute } from "./primitive.ts";
import { boolean, float, kernel, operand, scalarInput, string, type } from "./tensorflow-call.ts";

export const batchNormPrimitives: readonly Primitive[] = [
  {
    name: "batch_norm_training",
    summary:
      "Operands x[batch, height, width, channels], scale, offset, running mean, running variance, all [channels]; results y, " +
      "new running mean, new running variance (unbiased: `(1 − momentum) · old + momentum · batch`), batch mean, batch variance.",
    results: (call) => {
      expectSignature(call, 5, ["epsilon", "momentum"]);
      numberAttribute(call, "epsilon");
      numberAttribute(call, "momentum");
      const { x, channels } = normalised(call, 0, [1, 2, 3, 4]);
      return [x, channels, channels, channels, channels];
    },
    tensorflow: (call) =>
      kernel(
        "FusedBatchNormV3",
        [0, 1, 2, 3, 4].map(operand),
        { ...normAttributes(call, true), exponential_avg_factor: float(numberAttribute(call, "momentum")) },
        [0, 1, 2, 3, 4, null],
      ),
  },
  {
    name: "batch_norm_inference",
    summary: "Operands x[batch, height, width, channels], scale, offset, running mean, running variance; result y.",
    results: (call) => {
      expectSignature(call, 5, ["epsilon"]);
      numberAttribute(call, "epsilon");
      return [normalised(call, 0, [1, 2, 3, 4]).x];
    },
    tensorflow: (call) =>
      kernel(
        "FusedBatchNormV3",
        [0, 1, 2, 3, 4].map(operand),
        { ...normAttributes(call, false), exponential_avg_factor: float(1) },
        [0, null, null, null, null, null],
      ),
  },
  {
    name: "batch_norm_gradient",
    summary:
      "Operands output gradient, x, scale, batch mean, batch variance (as `batch_norm_training` gave them); results the " +
      "gradients of x, scale and offset.",
    results: (call) => {
      expectSignature(call, 5, ["epsilon"]);
      numberAttribute(call, "epsilon");
      const { x, channels } = normalised(call, 1, [2, 3, 4]);
      expectShape(call, 0, x.shape);
      return [x, channels, channels];
    },
    // The last input is a reserve that only cuDNN fills; on the CPU any float does.
    tensorflow: (call) =>
      kernel("FusedBatchNormGradV3", [...[0, 1, 2, 3, 4].map(operand), scalarInput(0)], normAttributes(call, true), [
        0,
        1,
        2,
        null,
        null,
      ]),
  },
];

function normalised(call: PrimitiveCall, image: number, perChannel: readonly number[]) {
  const x = operandType(call, image, "float32", 4);
  const channels = float32(x.shape.slice(3));
  for (const index of perChannel) expectShape(call, index, channels.shape);
  return { x, channels };
}

function normAttributes(call: PrimitiveCall, training: boolean): Record<string, TensorFlowAttribute> {
  return {
    T: type("float32"),
    U: type("float32"),
    epsilon: float(numberAttribute(call, "epsilon")),
    data_format: string("NHWC"),
    is_training: boolean(training),
  };
}
