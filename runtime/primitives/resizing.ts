/** Resampling images `[batch, height, width, channels]`; half-pixel centres are not offered, TensorFlow's gradient of them is wrong. */
import type { Shape } from "../program/tensor-type.ts";
import {
  booleanAttribute,
  expectShape,
  expectSignature,
  float32,
  integersAttribute,
  operandType,
  reject,
} from "./call-checks.ts";
import type { Primitive, PrimitiveCall } from "./primitive.ts";
import { boolean, integersInput, kernel, operand, type } from "./tensorflow-call.ts";

export const resizingPrimitives: readonly Primitive[] = [
  resize("resize_bilinear", "bilinear interpolation", "ResizeBilinear"),
  resize("resize_nearest", "the nearest pixel", "ResizeNearestNeighbor"),
  {
    name: "resize_bilinear_gradient",
    summary: "Operands output gradient and image (for its shape); result the gradient of the image.",
    results: (call) => {
      expectSignature(call, 2, ["alignCorners"]);
      booleanAttribute(call, "alignCorners");
      const image = operandType(call, 1, "float32", 4);
      const gradient = operandType(call, 0, "float32", 4);
      expectShape(call, 0, resized(image.shape, gradient.shape.slice(1, 3)));
      return [image];
    },
    tensorflow: (call) => kernel("ResizeBilinearGrad", [operand(0), operand(1)], resizeAttributes(call)),
  },
  {
    name: "resize_nearest_gradient",
    summary: "Operand output gradient; result the gradient of an image of `size` [height, width].",
    results: (call) => {
      expectSignature(call, 1, ["size", "alignCorners"]);
      booleanAttribute(call, "alignCorners");
      return [float32(resized(operandType(call, 0, "float32", 4).shape, sizeOf(call)))];
    },
    tensorflow: (call) =>
      kernel("ResizeNearestNeighborGrad", [operand(0), integersInput(sizeOf(call))], resizeAttributes(call)),
  },
];

function resize(name: string, how: string, operation: string): Primitive {
  return {
    name,
    summary: `Operand image[batch, height, width, channels]; result it at \`size\` [height, width] by ${how}.`,
    results: (call) => {
      expectSignature(call, 1, ["size", "alignCorners"]);
      booleanAttribute(call, "alignCorners");
      return [float32(resized(operandType(call, 0, "float32", 4).shape, sizeOf(call)))];
    },
    tensorflow: (call) => kernel(operation, [operand(0), integersInput(sizeOf(call))], resizeAttributes(call)),
  };
}

function resized(image: Shape, size: readonly number[]): Shape {
  return [image[0] as number, ...size, image[3] as number];
}

function sizeOf(call: PrimitiveCall): readonly number[] {
  const size = integersAttribute(call, "size", 2);
  return size.every((length) => length >= 1) ? size : reject("attribute size: expected lengths of at least 1");
}

function resizeAttributes(call: PrimitiveCall) {
  return {
    T: type("float32"),
    align_corners: boolean(booleanAttribute(call, "alignCorners")),
    half_pixel_centers: boolean(false),
  };
}
