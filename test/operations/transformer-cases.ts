/** Gradient cases of what transformers are made of; tables and kernels are waves of half height. */
import type { OperationCase } from "./harness.ts";
import { wave } from "./harness.ts";

const attention = (channels: number) => ({
  qkv_kernel: wave(3 * channels * channels, 21),
  projection_kernel: wave(channels * channels, 22),
});

export const transformerCases: readonly OperationCase[] = [
  { operation: "layer_norm", batch: 2, tensors: [[3, 4]] },
  { operation: "layer_norm", batch: 3, tensors: [[5]] },
  { operation: "layer_norm", batch: 2, tensors: [[2, 2, 3]], arguments: { affine: false, epsilon: 0.1 } },
  { operation: "group_norm", batch: 2, tensors: [[2, 3, 4]], arguments: { groups: 2 } },
  { operation: "group_norm", batch: 2, tensors: [[3, 2, 2]], arguments: { groups: 1 } },
  { operation: "group_norm", batch: 2, tensors: [[3, 2, 2]], arguments: { groups: 2 } },
  { operation: "gelu", batch: 2, tensors: [[2, 5]] },
  { operation: "softmax", batch: 2, tensors: [[2, 1, 2, 3]] },
  { operation: "attention", batch: 2, tensors: [[3, 4]], arguments: { heads: 2 }, weights: attention(4) },
  { operation: "attention", batch: 2, tensors: [[3, 4]], arguments: { heads: 1, bias: false }, weights: attention(4) },
  { operation: "window_attention", batch: 2, tensors: [[4, 4, 4]], arguments: { heads: 2, window: 2 } },
  { operation: "window_attention", batch: 1, tensors: [[4, 4, 4]], arguments: { heads: 2, window: 2, shift: 1 } },
  { operation: "window_attention", batch: 2, tensors: [[2, 2, 4]], arguments: { heads: 2, window: 7, shift: 3 } },
  { operation: "window_attention", batch: 1, tensors: [[4, 2, 4]], arguments: { heads: 1, window: 2, shift: 1 } },
  { operation: "embed_patches", batch: 2, tensors: [[4, 4, 2]], arguments: { channels: 3, patch: 2 } },
  { operation: "positions", batch: 2, tensors: [[3, 2]] },
  { operation: "class_token", batch: 2, tensors: [[3, 2]] },
  { operation: "windows", batch: 2, tensors: [[4, 4, 2]], arguments: { size: 2 } },
  { operation: "windows", batch: 2, tensors: [[4, 2, 2]], arguments: { size: 2 } },
  { operation: "unwindows", batch: 8, tensors: [[4, 2]], arguments: { height: 2, width: 2 } },
  { operation: "roll", batch: 2, tensors: [[3, 4, 2]], arguments: { amounts: [1, -2] } },
  { operation: "space_to_depth", batch: 2, tensors: [[4, 2, 2]], arguments: { order: "columns" } },
  { operation: "space_to_depth", batch: 2, tensors: [[4, 2, 2]] },
  { operation: "pixel_shuffle", batch: 2, tensors: [[2, 1, 8]] },
  {
    operation: "matmul",
    batch: 2,
    tensors: [
      [2, 2, 3],
      [2, 4, 3],
    ],
    arguments: { transpose_b: true },
  },
  { operation: "drop_path", batch: 6, tensors: [[2, 3]], arguments: { rate: 0.4 } },
  { operation: "dropout", batch: 2, tensors: [[3, 4]], arguments: { rate: 0.4 } },
  { operation: "dropout", batch: 2, tensors: [[2, 2, 4]], arguments: { rate: 0.4, per: "channel" } },
];
