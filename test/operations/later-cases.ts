/** Gradient cases of the rest of convolution, pooling, resizing and the methods' own losses. */
import type { OperationCase } from "./harness.ts";
import { scattered, wave } from "./harness.ts";

export const laterCases: readonly OperationCase[] = [
  { operation: "conv", batch: 2, tensors: [[4, 4, 4]], arguments: { channels: 6, groups: 2 } },
  { operation: "conv", batch: 1, tensors: [[5, 5, 4]], arguments: { channels: 4, groups: 4, stride: 2 } },
  { operation: "conv", batch: 1, tensors: [[5, 5, 4]], arguments: { channels: 2, groups: 2, dilation: 2 } },
  { operation: "conv", batch: 1, tensors: [[6, 6, 4]], arguments: { channels: 4, groups: 2, stride: 2 } },
  { operation: "depthwise_conv", batch: 2, tensors: [[4, 5, 3]] },
  { operation: "depthwise_conv", batch: 1, tensors: [[6, 6, 2]], arguments: { stride: 2, multiplier: 2 } },
  { operation: "conv_transpose", batch: 2, tensors: [[2, 3, 2]], arguments: { channels: 3 } },
  { operation: "conv_transpose", batch: 1, tensors: [[3, 3, 2]], arguments: { channels: 2, kernel: 4 } },
  {
    operation: "conv_transpose",
    batch: 1,
    tensors: [[3, 3, 2]],
    arguments: { channels: 2, kernel: 3, stride: 2, padding: 1, bias: false },
  },
  { operation: "adaptive_avg_pool", batch: 2, tensors: [[4, 6, 2]], arguments: { size: [2] } },
  { operation: "adaptive_avg_pool", batch: 2, tensors: [[5, 4, 2]], arguments: { size: [2, 3] } },
  { operation: "adaptive_avg_pool", batch: 2, tensors: [[2, 2, 2]], arguments: { size: [3] } },
  { operation: "avg_pool", batch: 2, tensors: [[4, 4, 2]], arguments: { size: [4, 2] } },
  {
    operation: "max_pool",
    batch: 1,
    tensors: [[5, 6, 1]],
    arguments: { size: [3, 2], stride: [2, 1], padding: [1, 0] },
    values: [scattered(30)],
  },
  { operation: "resize", batch: 2, tensors: [[2, 3, 2]], arguments: { shape: [4, 5], align_corners: false } },
  { operation: "resize", batch: 1, tensors: [[5, 4, 2]], arguments: { shape: [3, 4], align_corners: false } },
  { operation: "parameter", batch: 1, tensors: [], arguments: { shape: [2, 3] } },
  { operation: "multiply", batch: 2, tensors: [[2, 2, 3], { whole: [] }] },
  { operation: "add", batch: 2, tensors: [[2, 3], { whole: [2, 3] }] },
  { operation: "similarity_matching", batch: 5, tensors: [[6], "label"], arguments: { classes: 3 } },
  {
    operation: "similarity_matching",
    batch: 4,
    tensors: [[2, 2, 4], "label"],
    arguments: { classes: 3 },
    values: [wave(64, 0).map((x) => 3 * x)],
  },
  { operation: "dictionary_similarity", batch: 3, tensors: [[2, 2, 4], { whole: [3, 6] }] },
  { operation: "dictionary_similarity", batch: 3, tensors: [[2, 4], { whole: [3, 4] }] },
  { operation: "dictionary_similarity", batch: 3, tensors: [[8], { whole: [3, 5] }], arguments: { patches: 2 } },
  {
    operation: "goodness",
    batch: 3,
    tensors: [[4], [4]],
    arguments: { threshold: 1 },
    values: [wave(12, 1).map((x) => x / 2)],
  },
  {
    operation: "goodness",
    batch: 2,
    tensors: [
      [2, 3],
      [2, 3],
    ],
  },
];
