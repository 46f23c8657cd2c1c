import type { EngineTensor } from "../../../engine/portable-engine.ts";
import type { Kit } from "../kit.ts";
import { simdKernels } from "../simd/simd-kernels.ts";
import type { Repair } from "./repair.ts";
import { inputOf } from "./repair.ts";
import { type Sliding, slidingOf } from "./sliding-window.ts";

/**
 * Missing: composed as the convolution of the image (its channels as the batch) with the output gradient (as the filter),
 * strides and dilations in each other's place; filters of one pixel are one matrix product.
 */
export const conv2dBackpropFilter: Repair = (kit, inputs, attributes) => {
  const { filterShape } = attributes as { filterShape: readonly [number, number, number, number] };
  const [x, dy] = [inputOf(inputs, "x"), inputOf(inputs, "dy")];
  const windows = slidingOf(attributes);
  const [height, width, channelsIn, channelsOut] = filterShape;
  const isPoint = height === 1 && width === 1 && windows.every(({ before, after }) => before === 0 && after === 0);
  if (isPoint) {
    const sampled = sample(kit, x, [windows[0].stride, windows[1].stride], dy.shape.slice(1, 3));
    const rows = dy.shape.slice(0, 3).reduce((product, length) => product * length, 1);
    const product = kit.run(
      "BatchMatMul",
      { a: kit.reshape(sampled, [rows, channelsIn]), b: kit.reshape(dy, [rows, channelsOut]) },
      { transposeA: true, transposeB: false },
    );
    return kit.reshape(product, filterShape);
  }
  if (channelsOut % 8 === 0) return onEveryThread(kit, x, dy, filterShape, windows);
  const image = kit.transpose(x, [3, 1, 2, 0]);
  const filter = kit.transpose(dy, [1, 2, 0, 3]);
  const result = kit.run(
    "Conv2D",
    { x: image, filter },
    {
      strides: windows.map(({ dilation }) => dilation),
      dilations: windows.map(({ stride }) => stride),
      pad: [[0, 0], ...windows.map(({ before, after }) => [before, after]), [0, 0]],
      dataFormat: "NHWC",
    },
  );
  // A stride may leave pixels that no position reaches: they look like further taps.
  const isExact = result.shape[1] === height && result.shape[2] === width;
  const taps = isExact ? result : kit.slice(result, [0, 0, 0, 0], [channelsIn, height, width, channelsOut]);
  return kit.transpose(taps, [1, 2, 0, 3]);
};

/** Directly, as sums of a share of the samples each. */
function onEveryThread(
  kit: Kit,
  x: EngineTensor,
  dy: EngineTensor,
  filterShape: readonly [number, number, number, number],
  [down, right]: readonly [Sliding, Sliding],
): EngineTensor {
  const [batch, height, width, channelsIn] = x.shape as [number, number, number, number];
  const [, newHeight, newWidth, channelsOut] = dy.shape as [number, number, number, number];
  const heap = kit.heap();
  const kernels = simdKernels(heap);
  const parts = Math.min(batch, kernels.partsFor(batch * newHeight * newWidth * channelsOut));
  const shares = kit.empty([parts, ...filterShape]);
  kernels.run(
    "kernelGradient",
    parts,
    ...[x, dy, shares].map(heap.address),
    ...[batch, height, width, channelsIn, newHeight, newWidth, channelsOut, filterShape[0], filterShape[1]],
    ...[down.stride, right.stride, down.dilation, right.dilation, down.before, right.before],
  );
  return parts === 1 ? kit.reshape(shares, filterShape) : kit.sum(shares, [0]);
}

/** Every stride-th pixel, `size` of them. */
function sample(
  kit: Kit,
  x: EngineTensor,
  [down, right]: readonly [number, number],
  size: readonly number[],
): EngineTensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [newHeight, newWidth] = size as [number, number];
  if (newHeight === height && newWidth === width) return x;
  const result = kit.empty([batch, newHeight, newWidth, channels]);
  const from = kit.heap().floats(x);
  const to = kit.heap().floats(result);
  let target = 0;
  for (let image = 0; image < batch; image++) {
    for (let row = 0; row < newHeight; row++) {
      for (let column = 0; column < newWidth; column++) {
        const source = ((image * height + row * down) * width + column * right) * channels;
        for (let channel = 0; channel < channels; channel++) to[target + channel] = from[source + channel] as number;
        target += channels;
      }
    }
  }
  return result;
}
