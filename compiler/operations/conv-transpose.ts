import { printShape } from "../../runtime/program/tensor-type.ts";
import { booleanArgument, initializerArgument, numberArgument, optionalNumber } from "./arguments.ts";
import { one } from "./emission.ts";
import type { Operation, OperationCall } from "./operation.ts";
import { boolParameter, initializerParameter, intParameter, optional } from "./parameters.ts";
import { inferred, outOfRange, problem, rankProblem, shapeOf } from "./problems.ts";
import { bias, uniform, weight } from "./weights.ts";

/**
 * The transpose of a convolution: [batch, height, width, in] to [batch, (height − 1) · stride + kernel − 2 · padding, …,
 * channels]. Kernel [kernel, kernel, channels, in] and bias start from U(±1/√(kernel² · channels)), as in PyTorch.
 */
export const convTranspose: Operation = {
  name: "conv_transpose",
  summary: "Transposed convolution: every pixel paints a window of a larger image",
  tensors: ["x"],
  parameters: [
    intParameter("channels", "Channels of the result", 1),
    intParameter("kernel", "Height and width of the window", 1, 2),
    intParameter("stride", "Distance between the windows of two pixels", 1, 2),
    optional(intParameter("padding", "Pixels cut off on every side; left out, (kernel − stride) / 2", 0)),
    boolParameter("bias", "Whether to add a number per channel", true),
    initializerParameter("init", "What the kernel starts from"),
    initializerParameter("bias_init", "What the bias starts from"),
  ],
  infer: (call) => {
    const rank = rankProblem("conv_transpose", call, 0, [4]);
    if (rank) return rank;
    const [kernel, stride, padding] = [numberArgument(call, "kernel"), numberArgument(call, "stride"), paddingOf(call)];
    if (!Number.isInteger(padding) || padding < 0) {
      const message = `a kernel of ${kernel} with stride ${stride} does not make an image exactly ${stride} times larger`;
      return outOfRange(
        "kernel",
        message,
        "give `padding`, or choose a kernel that exceeds the stride by an even number",
      );
    }
    const shape = resultShape(call);
    if (shape.slice(1).some((length) => length < 1)) {
      return problem("shape-mismatch", `padding ${padding} cuts all of ${printShape(shapeOf(call))} off`, 0);
    }
    const channels = numberArgument(call, "channels");
    const initializer = uniform(1 / Math.sqrt(kernel * kernel * channels));
    const kernelShape = [kernel, kernel, channels, shapeOf(call)[3] as number];
    return inferred(shape, [
      weight("kernel", kernelShape, initializerArgument(call, "init", initializer)),
      ...(booleanArgument(call, "bias")
        ? [bias("bias", [channels], initializerArgument(call, "bias_init", initializer))]
        : []),
    ]);
  },
  emit: (call, emitter) => {
    const [stride, padding] = [numberArgument(call, "stride"), paddingOf(call)];
    const result = one(emitter, "conv2d_input_gradient", [emitter.weight("kernel"), emitter.tensors[0] as number], {
      inputShape: resultShape(call),
      strides: [stride, stride],
      padding: [padding, padding, padding, padding],
      dilations: [1, 1],
    });
    return booleanArgument(call, "bias") ? one(emitter, "bias_add", [result, emitter.weight("bias")]) : result;
  },
};

function paddingOf(call: OperationCall): number {
  return optionalNumber(call, "padding") ?? (numberArgument(call, "kernel") - numberArgument(call, "stride")) / 2;
}

function resultShape(call: OperationCall): readonly [number, number, number, number] {
  const [batch, height, width] = shapeOf(call) as readonly [number, number, number];
  const enlarged = (length: number) =>
    (length - 1) * numberArgument(call, "stride") + numberArgument(call, "kernel") - 2 * paddingOf(call);
  return [batch, enlarged(height), enlarged(width), numberArgument(call, "channels")];
}
