import { batchMatMul } from "./batch-mat-mul.ts";
import { conv2dBackpropFilter } from "./conv2d-backprop-filter.ts";
import { conv2dBackpropInput } from "./conv2d-backprop-input.ts";
import { depthwiseBackpropFilter, depthwiseBackpropInput } from "./depthwise-gradients.ts";
import { maxPoolGrad } from "./max-pool-grad.ts";
import { oneHot } from "./one-hot.ts";
import type { Repairs } from "./repair.ts";
import { sum } from "./sum.ts";
import { unsortedSegmentSum } from "./unsorted-segment-sum.ts";

/** What TensorFlow.js 4.22's WebAssembly engine lacks, does wrong or does slowly. */
export const wasmRepairs: Repairs = {
  BatchMatMul: batchMatMul,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  DepthwiseConv2dNativeBackpropFilter: depthwiseBackpropFilter,
  DepthwiseConv2dNativeBackpropInput: depthwiseBackpropInput,
  MaxPoolGrad: maxPoolGrad,
  OneHot: oneHot,
  Sum: sum,
  UnsortedSegmentSum: unsortedSegmentSum,
};
