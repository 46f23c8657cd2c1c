/** Gradient of a convolution of every channel by itself. */
import type { GradientRule } from "../gradient.ts";
import { convolution } from "./convolution.ts";

export const depthwiseConvolutionRules: readonly GradientRule[] = [convolution("depthwise_conv2d")];
