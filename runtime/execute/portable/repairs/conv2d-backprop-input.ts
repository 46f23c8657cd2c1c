import type { EngineTensor } from "../../../engine/portable-engine.ts";
import type { Kit } from "../kit.ts";
import type { Repair } from "./repair.ts";
import { inputOf } from "./repair.ts";
import { slidingOf } from "./sliding-window.ts";

/**
 * Slow (and without dilations): the engine's kernel is a plain loop; as a convolution of the output gradient with the
 * turned filter it runs on XNNPACK, some 18 times as fast.
 */
export const conv2dBackpropInput: Repair = (kit, inputs, attributes) => {
  const { inputShape } = attributes as { inputShape: readonly [number, number, number, number] };
  const windows = slidingOf(attributes);
  const filter = inputOf(inputs, "filter");
  const [height, width] = filter.shape as readonly [number, number];
  const isPoint = height === 1 && width === 1 && windows.every(({ before, after }) => before === 0 && after === 0);
  // Zeros between the elements commute with a convolution of single pixels, and are cheaper after it.
  if (isPoint) {
    const point = kit.run("Conv2D", { x: inputOf(inputs, "dy"), filter: turned(kit, filter) }, pointAttributes);
    return spread(kit, point, [windows[0].stride, windows[1].stride], inputShape.slice(1, 3));
  }
  const dy = spreadOnly(kit, inputOf(inputs, "dy"), [windows[0].stride, windows[1].stride]);
  const paddings = windows.map(({ dilation, before }, axis) => {
    const reach = ((filter.shape[axis] as number) - 1) * dilation;
    const first = reach - before;
    return [first, (inputShape[axis + 1] as number) + reach - first - (dy.shape[axis + 1] as number)] as const;
  });
  const cropped = crop(kit, dy, paddings);
  // Every window lies in the padding.
  if (cropped === undefined) return zeros(kit, inputShape);
  const pad = [[0, 0], ...paddings.map((pair) => pair.map((length) => Math.max(length, 0))), [0, 0]];
  const dilations = windows.map(({ dilation }) => dilation);
  return kit.run(
    "Conv2D",
    { x: cropped, filter: turned(kit, filter) },
    { strides: [1, 1], dilations, pad, dataFormat },
  );
};

const dataFormat = "NHWC";
const pointAttributes = { strides: [1, 1], dilations: [1, 1], pad: "valid", dataFormat };

/** `[height, width, in, out]` turned by half a circle, as `[height, width, out, in]`. */
function turned(kit: Kit, filter: EngineTensor): EngineTensor {
  const [height, width, inputs, outputs] = filter.shape as [number, number, number, number];
  const result = kit.empty([height, width, outputs, inputs]);
  const from = kit.heap().floats(filter);
  const to = kit.heap().floats(result);
  const taps = height * width;
  const size = inputs * outputs;
  for (let tap = 0; tap < taps; tap++) {
    const source = (taps - 1 - tap) * size;
    const target = tap * size;
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        to[target + output * inputs + input] = from[source + input * outputs + output] as number;
      }
    }
  }
  return result;
}

/** Zeros between the elements, none behind the last. */
function spreadOnly(kit: Kit, x: EngineTensor, strides: readonly [number, number]): EngineTensor {
  const [, height, width] = x.shape as [number, number, number];
  return spread(kit, x, strides, [(height - 1) * strides[0] + 1, (width - 1) * strides[1] + 1]);
}

/** Element (y, x) moves to (y · stride, x · stride) of an image of `size`, the rest is 0. */
function spread(
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
  to.fill(0);
  let source = 0;
  for (let image = 0; image < batch; image++) {
    for (let row = 0; row < height; row++) {
      let target = (image * newHeight + row * down) * newWidth * channels;
      for (let column = 0; column < width; column++) {
        for (let channel = 0; channel < channels; channel++) to[target + channel] = from[source + channel] as number;
        source += channels;
        target += right * channels;
      }
    }
  }
  return result;
}

function zeros(kit: Kit, shape: readonly number[]): EngineTensor {
  const result = kit.empty(shape);
  kit.heap().floats(result).fill(0);
  return result;
}

/** What a negative padding leaves; undefined where that is nothing, of which XNNPACK makes wrong numbers. */
function crop(kit: Kit, x: EngineTensor, paddings: readonly (readonly [number, number])[]): EngineTensor | undefined {
  const cut = (length: number | undefined) => Math.max(0, -(length ?? 0));
  const [rows, columns] = paddings;
  if ([rows, columns].every((pair) => cut(pair?.[0]) + cut(pair?.[1]) === 0)) return x;
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const newHeight = height - cut(rows?.[0]) - cut(rows?.[1]);
  const newWidth = width - cut(columns?.[0]) - cut(columns?.[1]);
  if (newHeight < 1 || newWidth < 1) return undefined;
  return kit.slice(x, [0, cut(rows?.[0]), cut(columns?.[0]), 0], [batch, newHeight, newWidth, channels]);
}
