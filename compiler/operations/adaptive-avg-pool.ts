import { pairArgument } from "./arguments.ts";
import { interpolatedImage } from "./compositions.ts";
import { one } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { pairParameter } from "./parameters.ts";
import { inferred, outOfRange, rankProblem, shapeOf } from "./problems.ts";

/**
 * An image as `size` bins per side, each the mean of its pixels ⌊i · old / new⌋ … ⌈(i + 1) · old / new⌉ − 1: bins overlap
 * where the size does not divide the side, as in PyTorch.
 */
export const adaptiveAvgPool: Operation = {
  name: "adaptive_avg_pool",
  summary: "The means of a given number of bins per side",
  tensors: ["x"],
  parameters: [pairParameter("size", "Height and width of the result", 1)],
  infer: (call) => {
    const rank = rankProblem("adaptive_avg_pool", call, 0, [4]);
    if (rank) return rank;
    const size = pairArgument(call, "size");
    if (size === undefined) return outOfRange("size", "`size` must be one number or [height, width]");
    const [batch, , , channels] = shapeOf(call) as readonly [number, number, number, number];
    return inferred([batch, ...size, channels]);
  },
  emit: (call, emitter) => {
    const [, height, width] = shapeOf(call) as readonly [number, number, number];
    const image = emitter.tensors[0] as number;
    const size = pairArgument(call, "size") as readonly [number, number];
    const window = [height / size[0], width / size[1]];
    if (window.every(Number.isInteger)) {
      if (window.every((length) => length === 1)) return image;
      return one(emitter, "avg_pool", [image], { size: window, strides: window, padding: [0, 0, 0, 0] });
    }
    return interpolatedImage(emitter, image, size, "mean_bins");
  },
};
