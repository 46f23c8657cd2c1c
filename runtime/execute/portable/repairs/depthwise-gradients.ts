import type { EngineAttributes } from "../../../engine/portable-engine.ts";
import type { Repair } from "./repair.ts";
import { inputOf } from "./repair.ts";
import { slidingOf } from "./sliding-window.ts";

/** Missing: the gradient of a depthwise convolution's filter, summed in double precision. */
export const depthwiseBackpropFilter: Repair = (kit, inputs, attributes) => {
  const { filterShape } = attributes as { filterShape: readonly [number, number, number, number] };
  const [x, dy] = [inputOf(inputs, "x"), inputOf(inputs, "dy")];
  const result = kit.empty(filterShape);
  const [image, gradient] = [kit.heap().floats(x), kit.heap().floats(dy)];
  const sums = new Float64Array(filterShape.reduce((product, length) => product * length, 1));
  visit(x.shape, dy.shape, filterShape, attributes, (pixel, place, tap, channels, multiplier) => {
    for (let channel = 0; channel < channels; channel++) {
      const value = image[pixel + channel] as number;
      const first = channel * multiplier;
      for (let copy = first; copy < first + multiplier; copy++) {
        sums[tap + copy] = (sums[tap + copy] as number) + value * (gradient[place + copy] as number);
      }
    }
  });
  kit.heap().floats(result).set(sums);
  return result;
};

/** Missing: the gradient of a depthwise convolution's image. */
export const depthwiseBackpropInput: Repair = (kit, inputs, attributes) => {
  const { inputShape } = attributes as { inputShape: readonly number[] };
  const [dy, filter] = [inputOf(inputs, "dy"), inputOf(inputs, "filter")];
  const result = kit.empty(inputShape);
  const [gradient, weights, image] = [kit.heap().floats(dy), kit.heap().floats(filter), kit.heap().floats(result)];
  image.fill(0);
  visit(inputShape, dy.shape, filter.shape, attributes, (pixel, place, tap, channels, multiplier) => {
    for (let channel = 0; channel < channels; channel++) {
      let sum = image[pixel + channel] as number;
      const first = channel * multiplier;
      for (let copy = first; copy < first + multiplier; copy++) {
        sum += (weights[tap + copy] as number) * (gradient[place + copy] as number);
      }
      image[pixel + channel] = sum;
    }
  });
  return result;
};

/** Every pair of a pixel and an output place that a tap of the filter connects, as offsets into the three arrays. */
function visit(
  image: readonly number[],
  output: readonly number[],
  filter: readonly number[],
  attributes: EngineAttributes,
  meet: (pixel: number, place: number, tap: number, channels: number, multiplier: number) => void,
): void {
  const [batch, height, width, channels] = image as [number, number, number, number];
  const [, outHeight, outWidth, outChannels] = output as [number, number, number, number];
  const [filterHeight, filterWidth, , multiplier] = filter as [number, number, number, number];
  const [rows, columns] = slidingOf(attributes);
  for (let sample = 0; sample < batch; sample++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      for (let outColumn = 0; outColumn < outWidth; outColumn++) {
        const place = ((sample * outHeight + outRow) * outWidth + outColumn) * outChannels;
        for (let i = 0; i < filterHeight; i++) {
          const row = outRow * rows.stride + i * rows.dilation - rows.before;
          if (row < 0 || row >= height) continue;
          for (let j = 0; j < filterWidth; j++) {
            const column = outColumn * columns.stride + j * columns.dilation - columns.before;
            if (column < 0 || column >= width) continue;
            const pixel = ((sample * height + row) * width + column) * channels;
            meet(pixel, place, (i * filterWidth + j) * channels * multiplier, channels, multiplier);
          }
        }
      }
    }
  }
}
