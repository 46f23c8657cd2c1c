import type { SlidingWindow } from "../../runtime/primitives/convolution-padding.ts";
import { outputLength, paddingName } from "../../runtime/primitives/convolution-padding.ts";
import { printShape } from "../../runtime/program/tensor-type.ts";
import { booleanArgument, initializerArgument, numberArgument, optionalNumber } from "./arguments.ts";
import { one } from "./emission.ts";
import type { Operation, OperationCall } from "./operation.ts";
import { boolParameter, initializerParameter, intParameter, optional } from "./parameters.ts";
import { inferred, outOfRange, problem, rankProblem, shapeOf } from "./problems.ts";
import { bias, uniform, weight } from "./weights.ts";

/**
 * Every channel of an image convolved by itself, [batch, height, width, in] to [batch, height′, width′, in · multiplier].
 * Kernel [kernel, kernel, in, multiplier] and bias start from U(±1/kernel), their fan-in.
 */
export const depthwiseConv: Operation = {
  name: "depthwise_conv",
  summary: "Convolution that keeps channels apart",
  tensors: ["x"],
  parameters: [
    intParameter("kernel", "Height and width of the window", 1, 3),
    intParameter("stride", "Step of the window", 1, 1),
    optional(intParameter("padding", "Zeros on every side; left out, (kernel − 1) / 2", 0)),
    intParameter("multiplier", "How many channels each channel makes", 1, 1),
    boolParameter("bias", "Whether to add a number per channel", true),
    initializerParameter("init", "What the kernel starts from"),
  ],
  infer: (call) => {
    const rank = rankProblem("depthwise_conv", call, 0, [4]);
    if (rank) return rank;
    const window = windowFor(call);
    const kernel = numberArgument(call, "kernel");
    if (!window.padding.every(Number.isInteger)) {
      const help = "use an odd kernel, or give `padding` as a whole number";
      return outOfRange("kernel", `a kernel of ${kernel} has no symmetric padding`, help);
    }
    const [batch, height, width, inputs] = shapeOf(call) as readonly [number, number, number, number];
    const multiplier = numberArgument(call, "multiplier");
    const [rows, columns] = [outputLength(height, window, 0), outputLength(width, window, 1)];
    if (rows < 1 || columns < 1) {
      const message = `a kernel of ${kernel} × ${kernel} does not fit into ${printShape(shapeOf(call))}`;
      return problem("shape-mismatch", message, 0);
    }
    const initializer = uniform(1 / kernel);
    return inferred(
      [batch, rows, columns, inputs * multiplier],
      [
        weight("kernel", [kernel, kernel, inputs, multiplier], initializerArgument(call, "init", initializer)),
        ...(booleanArgument(call, "bias") ? [bias("bias", [inputs * multiplier], initializer)] : []),
      ],
    );
  },
  emit: (call, emitter) => {
    const window = windowFor(call);
    const { strides } = window;
    let { padding } = window;
    let image = emitter.tensors[0] as number;
    // Where TensorFlow fuses a depthwise convolution with the bias after it, it forgets explicit padding and aborts.
    if (paddingName(shapeOf(call).slice(1, 3), window) === "EXPLICIT") {
      image = one(emitter, "pad", [image], { paddings: [0, 0, ...padding, 0, 0], value: 0 });
      padding = [0, 0, 0, 0];
    }
    const result = one(emitter, "depthwise_conv2d", [image, emitter.weight("kernel")], { strides, padding });
    return booleanArgument(call, "bias") ? one(emitter, "bias_add", [result, emitter.weight("bias")]) : result;
  },
};

function windowFor(call: OperationCall): SlidingWindow {
  const [kernel, stride] = [numberArgument(call, "kernel"), numberArgument(call, "stride")];
  const padding = optionalNumber(call, "padding") ?? (kernel - 1) / 2;
  return {
    size: [kernel, kernel],
    strides: [stride, stride],
    padding: [padding, padding, padding, padding],
    dilations: [1, 1],
  };
}
