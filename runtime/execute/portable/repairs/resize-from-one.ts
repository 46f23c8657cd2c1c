import type { EngineTensor } from "../../../engine/portable-engine.ts";
import type { Repair } from "./repair.ts";
import { inputOf } from "./repair.ts";

/**
 * WebGPU's gradients of resizing divide by the length minus 1 of the image's axes: wrong where an axis has one element. All
 * results come from that element, so its gradient is their sum.
 */
function resizeFromOne(kernel: "ResizeBilinearGrad" | "ResizeNearestNeighborGrad"): Repair {
  return (kit, inputs, attributes) => {
    const images = inputOf(inputs, "images");
    const axes = [1, 2].filter((axis) => images.shape[axis] === 1);
    const dy = inputOf(inputs, "dy");
    const summed: EngineTensor = axes.length === 0 ? dy : kit.sum(dy, axes, true);
    return kit.unrepaired(kernel, { dy: summed, images }, attributes);
  };
}

export const resizeBilinearGrad = resizeFromOne("ResizeBilinearGrad");
export const resizeNearestNeighborGrad = resizeFromOne("ResizeNearestNeighborGrad");
