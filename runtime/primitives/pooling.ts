/** Maxima and means of windows over images `[batch, height, width, channels]`. */
import type { Shape } from "../program/tensor-type.ts";
import { printShape } from "../program/tensor-type.ts";
import { expectShape, expectSignature, float32, integersAttribute, operandType, reject } from "./call-checks.ts";
import { outputLength, paddingName, windowOf } from "./convolution-padding.ts";
import type { Primitive, PrimitiveCall, TensorFlowAttribute } from "./primitive.ts";
import { integers, kernel, operand, shapeInput, string, type } from "./tensorflow-call.ts";

const windowAttributes = ["size", "strides", "padding"];

export const poolingPrimitives: readonly Primitive[] = [
  {
    name: "max_pool",
    summary: "Operand image[batch, height, width, channels]; result the largest element of every window.",
    results: (call) => {
      expectSignature(call, 1, windowAttributes);
      return [float32(pooledShape(call, operandType(call, 0, "float32", 4).shape))];
    },
    tensorflow: (call) => kernel("MaxPool", [operand(0)], maximumAttributes(call, operandType(call, 0).shape)),
  },
  {
    name: "max_pool_gradient",
    summary: "Operands output gradient, image and output of max_pool; result the gradient of the image.",
    results: (call) => {
      expectSignature(call, 3, windowAttributes);
      const image = operandType(call, 1, "float32", 4);
      const pooled = pooledShape(call, image.shape);
      expectShape(call, 0, pooled);
      expectShape(call, 2, pooled);
      return [image];
    },
    tensorflow: (call) =>
      kernel("MaxPoolGrad", [operand(1), operand(2), operand(0)], maximumAttributes(call, operandType(call, 1).shape)),
  },
  {
    name: "avg_pool",
    summary: "Operand image[batch, height, width, channels]; result the mean of every window; no padding.",
    results: (call) => {
      expectSignature(call, 1, windowAttributes);
      const { shape } = operandType(call, 0, "float32", 4);
      expectUnpadded(call, shape);
      return [float32(pooledShape(call, shape))];
    },
    tensorflow: (call) => kernel("AvgPool", [operand(0)], poolAttributes(call, "VALID")),
  },
  {
    name: "avg_pool_gradient",
    summary: "Operand output gradient; result the gradient of an image shaped `inputShape`.",
    results: (call) => {
      expectSignature(call, 1, ["inputShape", ...windowAttributes]);
      const image = integersAttribute(call, "inputShape", 4);
      expectUnpadded(call, image);
      expectShape(call, 0, pooledShape(call, image));
      return [float32(image)];
    },
    tensorflow: (call) =>
      kernel(
        "AvgPoolGrad",
        [shapeInput(integersAttribute(call, "inputShape", 4)), operand(0)],
        poolAttributes(call, "VALID"),
      ),
  },
];

function pooledShape(call: PrimitiveCall, image: Shape): Shape {
  const [batch, height, width, channels] = image as readonly [number, number, number, number];
  const window = poolWindow(call);
  if (window.size.some((size, axis) => window.padding.slice(2 * axis, 2 * axis + 2).some((length) => length >= size))) {
    reject("a window must not lie in the padding alone");
  }
  const result = [batch, outputLength(height, window, 0), outputLength(width, window, 1), channels];
  if (result.slice(1, 3).some((length) => length < 1)) {
    reject(`a window of ${window.size.join(" × ")} does not fit into ${printShape(image)}`);
  }
  return result;
}

// Windows over padding would need a count per window; the compiler pads with zeros first instead.
function expectUnpadded(call: PrimitiveCall, image: Shape): void {
  if (paddingName(image.slice(1, 3), poolWindow(call)) !== "VALID") reject("attribute padding: expected none");
}

function maximumAttributes(call: PrimitiveCall, image: Shape): Record<string, TensorFlowAttribute> {
  const window = poolWindow(call);
  const padding = paddingName(image.slice(1, 3), window);
  return {
    ...poolAttributes(call, padding),
    explicit_paddings: integers(padding === "EXPLICIT" ? [0, 0, ...window.padding, 0, 0] : []),
  };
}

function poolAttributes(call: PrimitiveCall, padding: string): Record<string, TensorFlowAttribute> {
  const window = poolWindow(call);
  return {
    T: type("float32"),
    ksize: integers([1, ...window.size, 1]),
    strides: integers([1, ...window.strides, 1]),
    padding: string(padding),
    data_format: string("NHWC"),
  };
}

function poolWindow(call: PrimitiveCall) {
  return windowOf(call, integersAttribute(call, "size", 2));
}
