import { dilatedBackpropFilter, dilatedBackpropInput } from "./dilated-gradients.ts";
import type { Repairs } from "./repair.ts";
import { resizeBilinearGrad, resizeNearestNeighborGrad } from "./resize-from-one.ts";

/** What TensorFlow.js 4.22's WebGPU engine does wrong; it lacks nothing that programs need. */
export const webgpuRepairs: Repairs = {
  Conv2DBackpropFilter: dilatedBackpropFilter,
  Conv2DBackpropInput: dilatedBackpropInput,
  ResizeBilinearGrad: resizeBilinearGrad,
  ResizeNearestNeighborGrad: resizeNearestNeighborGrad,
};
