import type { SlidingWindow } from "../../runtime/primitives/convolution-padding.ts";
import { outputLength, paddingName } from "../../runtime/primitives/convolution-padding.ts";
import { printShape } from "../../runtime/program/tensor-type.ts";
import { booleanArgument, initializerArgument, numberArgument, optionalNumber } from "./arguments.ts";
import { one } from "./emission.ts";
import type { Operation, OperationCall, WeightSpecification } from "./operation.ts";
import { boolParameter, initializerParameter, intParameter, optional } from "./parameters.ts";
import { inferred, outOfRange, problem, rankProblem, shapeOf } from "./problems.ts";

/**
 * Convolution of an image [batch, height, width, in] to [batch, height′, width′, channels]; kernel [kernel, kernel, in /
 * groups, channels] from N(0, √(2 / (kernel² · channels / groups))) (He et al., arXiv 1502.01852, fan-out), bias from U(±1/√(kernel² · in / groups)).
 */
export const conv: Operation = {
  name: "conv",
  summary: "Two-dimensional convolution of an image, padded with zeros",
  tensors: ["x"],
  parameters: [
    intParameter("channels", "Channels of the result", 1),
    intParameter("kernel", "Height and width of the window", 1, 3),
    intParameter("stride", "Step of the window", 1, 1),
    optional(intParameter("padding", "Zeros on every side; left out, (kernel − 1) · dilation / 2", 0)),
    intParameter("dilation", "Distance between the window's elements", 1, 1),
    intParameter("groups", "Groups of channels that do not mix", 1, 1),
    boolParameter("bias", "Whether to add a number per channel", true),
    initializerParameter("init", "What the kernel starts from"),
    initializerParameter("bias_init", "What the bias starts from"),
  ],
  infer: (call) => {
    const rank = rankProblem("conv", call, 0, [4]);
    if (rank) return rank;
    const window = windowFor(call);
    if (!window.padding.every(Number.isInteger)) {
      const kernel = numberArgument(call, "kernel");
      return outOfRange(
        "kernel",
        `a kernel of ${kernel} has no symmetric padding`,
        "use an odd kernel, or give `padding` as a whole number",
      );
    }
    const [batch, height, width, inputs] = shapeOf(call) as readonly [number, number, number, number];
    const [channels, groups] = [numberArgument(call, "channels"), numberArgument(call, "groups")];
    if (inputs % groups !== 0 || channels % groups !== 0) {
      return outOfRange("groups", `\`groups\` must divide ${inputs} channels in and ${channels} out, found ${groups}`);
    }
    const result = [batch, outputLength(height, window, 0), outputLength(width, window, 1), channels];
    if ((result[1] as number) < 1 || (result[2] as number) < 1) {
      const [kernel] = window.size;
      return problem(
        "shape-mismatch",
        `a kernel of ${kernel} × ${kernel} with padding ${window.padding[0]} does not fit into ${printShape(shapeOf(call))}`,
        0,
      );
    }
    return inferred(result, weightsFor(call, inputs / groups));
  },
  emit: (call, emitter) => {
    const window = windowFor(call);
    let image = emitter.tensors[0] as number;
    let { padding } = window;
    // The CPU has no dilated or grouped kernels with explicit padding, so that padding becomes an instruction of its own.
    const isSpecial = numberArgument(call, "dilation") > 1 || numberArgument(call, "groups") > 1;
    if (isSpecial && paddingName(shapeOf(call).slice(1, 3), window) === "EXPLICIT") {
      image = one(emitter, "pad", [image], { paddings: [0, 0, ...padding, 0, 0], value: 0 });
      padding = [0, 0, 0, 0];
    }
    const { strides, dilations } = window;
    const result = one(emitter, "conv2d", [image, emitter.weight("kernel")], { strides, padding, dilations });
    return booleanArgument(call, "bias") ? one(emitter, "bias_add", [result, emitter.weight("bias")]) : result;
  },
};

function windowFor(call: OperationCall): SlidingWindow {
  const kernel = numberArgument(call, "kernel");
  const stride = numberArgument(call, "stride");
  const dilation = numberArgument(call, "dilation");
  const padding = optionalNumber(call, "padding") ?? ((kernel - 1) * dilation) / 2;
  return {
    size: [kernel, kernel],
    strides: [stride, stride],
    padding: [padding, padding, padding, padding],
    dilations: [dilation, dilation],
  };
}

function weightsFor(call: OperationCall, inputs: number): WeightSpecification[] {
  const kernel = numberArgument(call, "kernel");
  const channels = numberArgument(call, "channels");
  const fanOut = (kernel * kernel * channels) / numberArgument(call, "groups");
  const normal = { kind: "normal", mean: 0, standardDeviation: Math.sqrt(2 / fanOut) } as const;
  const weight: WeightSpecification = {
    name: "kernel",
    shape: [kernel, kernel, inputs, channels],
    initializer: initializerArgument(call, "init", normal),
    group: "weight",
  };
  const bound = 1 / Math.sqrt(kernel * kernel * inputs);
  const bias: WeightSpecification = {
    name: "bias",
    shape: [channels],
    initializer: initializerArgument(call, "bias_init", { kind: "uniform", low: -bound, high: bound }),
    group: "bias",
  };
  return booleanArgument(call, "bias") ? [weight, bias] : [weight];
}
