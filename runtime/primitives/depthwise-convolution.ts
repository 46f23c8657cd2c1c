/** Convolution of every channel by itself; images `[batch, height, width, in]`, kernels `[height, width, in, multiplier]`. */
import type { Shape } from "../program/tensor-type.ts";
import { elementsAt, printShape } from "../program/tensor-type.ts";
import { expectShape, expectSignature, float32, integersAttribute, operandType, reject } from "./call-checks.ts";
import { outputLength, paddingName, windowOf } from "./convolution-padding.ts";
import type { Primitive, PrimitiveCall, TensorFlowAttribute } from "./primitive.ts";
import { integers, integersInput, kernel, operand, shapeInput, string, type } from "./tensorflow-call.ts";

const windowAttributes = ["strides", "padding"];

export const depthwiseConvolutionPrimitives: readonly Primitive[] = [
  {
    name: "depthwise_conv2d",
    summary:
      "Operands image[batch, height, width, in] and kernel[height, width, in, multiplier]; result [batch, height, width, " +
      "in · multiplier], channel c · multiplier + m from channel c.",
    results: (call) => {
      expectSignature(call, 2, windowAttributes);
      const image = operandType(call, 0, "float32", 4).shape;
      return [float32(convolvedShape(call, image, operandType(call, 1, "float32", 4).shape))];
    },
    macs: (call) => {
      const weights = operandType(call, 1).shape;
      const [, height, width] = convolvedShape(call, operandType(call, 0).shape, weights);
      return (height as number) * (width as number) * elementsAt(weights, 1);
    },
    tensorflow: (call) =>
      kernel(
        "DepthwiseConv2dNative",
        [operand(0), operand(1)],
        attributesFor(call, operandType(call, 0).shape, operandType(call, 1).shape),
      ),
  },
  {
    name: "depthwise_conv2d_input_gradient",
    summary: "Operands kernel and output gradient; result shaped `inputShape`.",
    results: (call) => {
      expectSignature(call, 2, ["inputShape", ...windowAttributes]);
      const image = integersAttribute(call, "inputShape", 4);
      expectShape(call, 1, convolvedShape(call, image, operandType(call, 0, "float32", 4).shape));
      return [float32(image)];
    },
    tensorflow: (call) => {
      const image = integersAttribute(call, "inputShape", 4);
      return kernel(
        "DepthwiseConv2dNativeBackpropInput",
        [shapeInput(image), operand(0), operand(1)],
        attributesFor(call, image, operandType(call, 0).shape),
      );
    },
  },
  {
    name: "depthwise_conv2d_kernel_gradient",
    summary: "Operands image and output gradient; result shaped `kernelShape`.",
    results: (call) => {
      expectSignature(call, 2, ["kernelShape", ...windowAttributes]);
      const weights = integersAttribute(call, "kernelShape", 4);
      expectShape(call, 1, convolvedShape(call, operandType(call, 0, "float32", 4).shape, weights));
      return [float32(weights)];
    },
    tensorflow: (call) => {
      const weights = integersAttribute(call, "kernelShape", 4);
      return kernel(
        "DepthwiseConv2dNativeBackpropFilter",
        [operand(0), integersInput(weights), operand(1)],
        attributesFor(call, operandType(call, 0).shape, weights),
      );
    },
  },
];

function convolvedShape(call: PrimitiveCall, image: Shape, weights: Shape): Shape {
  const [batch, height, width, channels] = image as readonly [number, number, number, number];
  const [kernelHeight, kernelWidth, inputs, multiplier] = weights as readonly [number, number, number, number];
  if (weights.some((length) => length < 1) || channels !== inputs) {
    reject(`the kernel ${printShape(weights)} does not belong to ${printShape(image)}`);
  }
  const window = windowOf(call, [kernelHeight, kernelWidth]);
  // TensorFlow's kernel knows one stride for both axes.
  if (window.strides[0] !== window.strides[1]) reject("attribute strides: expected two equal numbers");
  const result = [batch, outputLength(height, window, 0), outputLength(width, window, 1), channels * multiplier];
  if (result.slice(1).some((length) => length < 1)) {
    reject(`the kernel ${printShape(weights)} does not fit into ${printShape(image)}`);
  }
  return result;
}

function attributesFor(call: PrimitiveCall, image: Shape, weights: Shape): Record<string, TensorFlowAttribute> {
  const window = windowOf(call, weights.slice(0, 2));
  const padding = paddingName(image.slice(1, 3), window);
  return {
    T: type("float32"),
    strides: integers([1, ...window.strides, 1]),
    padding: string(padding),
    explicit_paddings: integers(padding === "EXPLICIT" ? [0, 0, ...window.padding, 0, 0] : []),
    data_format: string("NHWC"),
    dilations: integers([1, 1, 1, 1]),
  };
}
