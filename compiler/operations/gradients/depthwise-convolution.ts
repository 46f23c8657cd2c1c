/** Gradient of a convolution of every channel by itself. */
import { one } from "../emission.ts";
import type { GradientRule } from "../gradient.ts";
import { shapeOf, tensor } from "./cotangents.ts";

export const depthwiseConvolutionRules: readonly GradientRule[] = [
  {
    primitive: "depthwise_conv2d",
    backward: (step) => {
      const [image, kernel] = step.operands as [number, number];
      const gradient = step.tensorCotangent(0);
      if (gradient === undefined) return;
      if (step.needs(1)) {
        const attributes = { kernelShape: shapeOf(step, kernel), ...step.attributes };
        step.contribute(1, tensor(one(step, "depthwise_conv2d_kernel_gradient", [image, gradient], attributes)));
      }
      if (step.needs(0)) {
        const attributes = { inputShape: shapeOf(step, image), ...step.attributes };
        step.contribute(0, tensor(one(step, "depthwise_conv2d_input_gradient", [kernel, gradient], attributes)));
      }
    },
  },
];
