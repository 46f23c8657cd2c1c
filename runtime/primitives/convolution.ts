/** Two-dimensional convolution and its two gradients; images `[batch, height, width, channels]`, kernels `[height, width, in, out]`. */
import type { Shape, TensorType } from "../program/tensor-type.ts";
import { elementsAt, printShape, sameShape } from "../program/tensor-type.ts";
import { expectSignature, float32, integersAttribute, operandType, reject } from "./call-checks.ts";
import { outputLength, paddingName, windowOf } from "./convolution-padding.ts";
import type { Primitive, PrimitiveCall, TensorFlowAttribute, TensorFlowInput } from "./primitive.ts";
import {
  boolean,
  integer,
  integers,
  integersInput,
  kernel,
  operand,
  prepared,
  shapeInput,
  string,
  type,
} from "./tensorflow-call.ts";

const windowAttributes = ["strides", "padding", "dilations"];

export const convolutionPrimitives: readonly Primitive[] = [
  {
    name: "conv2d",
    summary:
      "Operands image[batch, height, width, in] and kernel[height, width, in / groups, out]; result [batch, height, width, " +
      "out]. Group g of the channels in makes group g of those out.",
    results: (call) => {
      expectSignature(call, 2, windowAttributes);
      const image = operandType(call, 0, "float32", 4);
      const weights = operandType(call, 1, "float32", 4);
      return [float32(convolvedShape(call, image.shape, weights.shape))];
    },
    macs: (call) => {
      const image = operandType(call, 0).shape;
      const weights = operandType(call, 1).shape;
      const [, height, width] = convolvedShape(call, image, weights);
      return (height as number) * (width as number) * elementsAt(weights, 1);
    },
    tensorflow: (call) =>
      kernel(
        "Conv2D",
        [operand(0), operand(1)],
        convolutionAttributes(call, operandType(call, 0).shape, operandType(call, 1).shape),
      ),
  },
  {
    name: "conv2d_input_gradient",
    summary: "Operands kernel and output gradient; result shaped `inputShape`.",
    results: (call) => {
      expectSignature(call, 2, ["inputShape", ...windowAttributes]);
      const image = integersAttribute(call, "inputShape", 4);
      expectOutputGradient(call, 1, convolvedShape(call, image, operandType(call, 0, "float32", 4).shape));
      return [float32(image)];
    },
    // As a forward operation it is a transposed convolution.
    macs: (call) => {
      const [, height, width] = operandType(call, 1).shape as readonly [number, number, number, number];
      return height * width * elementsAt(operandType(call, 0).shape, 1);
    },
    tensorflow: (call) => {
      const image = integersAttribute(call, "inputShape", 4);
      return kernel(
        "Conv2DBackpropInput",
        [shapeInput(image), operand(0), operand(1)],
        convolutionAttributes(call, image, operandType(call, 0).shape),
      );
    },
  },
  {
    name: "conv2d_kernel_gradient",
    summary: "Operands image and output gradient; result shaped `kernelShape`.",
    results: (call) => {
      expectSignature(call, 2, ["kernelShape", ...windowAttributes]);
      const weights = integersAttribute(call, "kernelShape", 4);
      expectOutputGradient(call, 1, convolvedShape(call, operandType(call, 0, "float32", 4).shape, weights));
      return [float32(weights)];
    },
    tensorflow: (call) => {
      const weights = integersAttribute(call, "kernelShape", 4);
      const attributes = convolutionAttributes(call, operandType(call, 0).shape, weights);
      const strides = integersAttribute(call, "strides", 2);
      if (!writesBeyondItsMemory(attributes, weights, strides)) {
        return kernel("Conv2DBackpropFilter", [operand(0), integersInput(weights), operand(1)], attributes);
      }
      return kernel("Conv2DBackpropFilter", [everyPixel(strides), integersInput(weights), operand(1)], {
        ...attributes,
        strides: integers([1, 1, 1, 1]),
      });
    },
  },
];

function convolvedShape(call: PrimitiveCall, image: Shape, weights: Shape): Shape {
  const [batch, height, width, channels] = image as readonly [number, number, number, number];
  const [kernelHeight, kernelWidth, inputs, outputs] = weights as readonly [number, number, number, number];
  if (weights.some((length) => length < 1)) reject(`a kernel has no batch axis, found ${printShape(weights)}`);
  if (channels % inputs !== 0 || outputs % (channels / inputs) !== 0) {
    reject(`the kernel ${printShape(weights)} expects ${inputs} channels, found ${printShape(image)}`);
  }
  const window = windowOf(call, [kernelHeight, kernelWidth]);
  // TensorFlow's gradient kernels ignore groups there; the compiler pads with zeros first instead.
  if (channels > inputs && paddingName([height, width], window) === "EXPLICIT") {
    reject("attribute padding: expected a padding that is SAME or VALID for a kernel with groups");
  }
  const result = [batch, outputLength(height, window, 0), outputLength(width, window, 1), outputs];
  if (height < 1 || width < 1 || result.slice(1).some((length) => length < 1)) {
    reject(`the kernel ${printShape(weights)} does not fit into ${printShape(image)}`);
  }
  return result;
}

function expectOutputGradient(call: PrimitiveCall, index: number, expected: Shape): TensorType {
  const gradient = operandType(call, index, "float32", 4);
  if (!sameShape(gradient.shape, expected)) {
    reject(`operand ${index}: expected ${printShape(expected)}, found ${printShape(gradient.shape)}`);
  }
  return gradient;
}

function convolutionAttributes(call: PrimitiveCall, image: Shape, weights: Shape): Record<string, TensorFlowAttribute> {
  const window = windowOf(call, weights.slice(0, 2));
  const padding = paddingName(image.slice(1, 3), window);
  return {
    T: type("float32"),
    strides: integers([1, ...window.strides, 1]),
    use_cudnn_on_gpu: boolean(true),
    padding: string(padding),
    explicit_paddings: integers(padding === "EXPLICIT" ? [0, 0, ...window.padding, 0, 0] : []),
    data_format: string("NHWC"),
    dilations: integers([1, ...window.dilations, 1]),
  };
}

/**
 * TensorFlow 2.21 on the processor (oneDNN, several threads): the gradient of a kernel of one pixel that steps over pixels corrupts memory,
 * for example of an image [9, 8, 16, 9] with stride 2.
 */
function writesBeyondItsMemory(
  { padding }: Record<string, TensorFlowAttribute>,
  weights: Shape,
  strides: readonly number[],
): boolean {
  const isOnePixel = weights[0] === 1 && weights[1] === 1;
  return isOnePixel && strides.some((stride) => stride > 1) && padding?.value !== "EXPLICIT";
}

/** The pixels of operand 0 that a kernel of one pixel meets: the same gradient without a stride. */
function everyPixel([down = 1, right = 1]: readonly number[]): TensorFlowInput {
  const wholeAxes = integersInput([0, 0, 0, 0]);
  return prepared(
    kernel("StridedSlice", [operand(0), wholeAxes, wholeAxes, integersInput([1, down, right, 1])], {
      T: type("float32"),
      Index: type("int32"),
      begin_mask: integer(15),
      end_mask: integer(15),
      ellipsis_mask: integer(0),
      new_axis_mask: integer(0),
      shrink_axis_mask: integer(0),
    }),
  );
}
