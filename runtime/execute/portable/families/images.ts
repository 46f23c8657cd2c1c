/** Pooling and resampling of images `[batch, height, width, channels]`. */
import type { Kit } from "../kit.ts";
import type { PortableCall, PortableKernel, PortableKernels } from "../portable-kernel.ts";
import { flagOf, numbersOf, operandOf, resultShape } from "../portable-kernel.ts";

export const imageKernels: PortableKernels = {
  max_pool: {
    uses: ["MaxPool"],
    run: (kit, call) => [kit.run("MaxPool", { x: operandOf(call, 0) }, poolAttributes(call))],
  },
  max_pool_gradient: {
    uses: ["MaxPoolGrad"],
    run: (kit, call) => {
      const inputs = { dy: operandOf(call, 0), input: operandOf(call, 1), output: operandOf(call, 2) };
      return [kit.run("MaxPoolGrad", inputs, poolAttributes(call))];
    },
  },
  avg_pool: {
    uses: ["AvgPool"],
    run: (kit, call) => [kit.run("AvgPool", { x: operandOf(call, 0) }, { ...poolAttributes(call), pad: "valid" })],
  },
  avg_pool_gradient: {
    uses: ["AvgPoolGrad"],
    run: (kit, call) => {
      const dy = operandOf(call, 0);
      // Only the shape of the image is read.
      const input = { ...dy, shape: resultShape(call) };
      return [kit.run("AvgPoolGrad", { dy, input }, { ...poolAttributes(call), pad: "valid" })];
    },
  },
  resize_bilinear: resize("ResizeBilinear"),
  resize_nearest: resize("ResizeNearestNeighbor"),
  resize_bilinear_gradient: {
    uses: ["ResizeBilinearGrad"],
    run: (kit, call) => [
      kit.run("ResizeBilinearGrad", { dy: operandOf(call, 0), images: operandOf(call, 1) }, alignment(call)),
    ],
  },
  resize_nearest_gradient: {
    uses: ["ResizeNearestNeighborGrad"],
    run: (kit, call) => {
      const dy = operandOf(call, 0);
      const images = { ...dy, shape: resultShape(call) };
      return [kit.run("ResizeNearestNeighborGrad", { dy, images }, alignment(call))];
    },
  },
};

function resize(kernel: string): PortableKernel {
  const run = (kit: Kit, call: PortableCall) => [
    kit.run(kernel, { images: operandOf(call, 0) }, { ...alignment(call), size: numbersOf(call, "size") }),
  ];
  return { uses: [kernel], run };
}

function alignment(call: PortableCall) {
  return { alignCorners: flagOf(call, "alignCorners"), halfPixelCenters: false };
}

function poolAttributes(call: PortableCall) {
  const [top, bottom, left, right] = numbersOf(call, "padding") as readonly [number, number, number, number];
  const pad = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return {
    filterSize: numbersOf(call, "size"),
    strides: numbersOf(call, "strides"),
    pad: top + bottom + left + right === 0 ? "valid" : pad,
  };
}
