import type { Repair } from "./repair.ts";
import { inputOf } from "./repair.ts";
import { slidingOf } from "./sliding-window.ts";

/**
 * Wrong: the engine's search starts at the smallest positive number, so windows whose maximum is negative get no gradient.
 * Here the first of the largest elements, in reading order, gets all of it, as in TensorFlow.
 */
export const maxPoolGrad: Repair = (kit, inputs, attributes) => {
  const [dy, input] = [inputOf(inputs, "dy"), inputOf(inputs, "input")];
  const { filterSize } = attributes as { filterSize: readonly [number, number] };
  const [rows, columns] = slidingOf(attributes);
  const [batch, height, width, channels] = input.shape as [number, number, number, number];
  const [, outHeight, outWidth] = dy.shape as [number, number, number];
  const result = kit.empty(input.shape);
  const [gradient, image, to] = [kit.heap().floats(dy), kit.heap().floats(input), kit.heap().floats(result)];
  to.fill(0);
  const largest = new Float64Array(channels);
  const places = new Int32Array(channels);
  let source = 0;
  for (let sample = 0; sample < batch; sample++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      const top = outRow * rows.stride - rows.before;
      const bottom = Math.min(top + filterSize[0], height);
      for (let outColumn = 0; outColumn < outWidth; outColumn++) {
        const left = outColumn * columns.stride - columns.before;
        const right = Math.min(left + filterSize[1], width);
        places.fill(-1);
        for (let row = Math.max(top, 0); row < bottom; row++) {
          for (let column = Math.max(left, 0); column < right; column++) {
            const pixel = ((sample * height + row) * width + column) * channels;
            for (let channel = 0; channel < channels; channel++) {
              const value = image[pixel + channel] as number;
              if ((places[channel] as number) < 0 || value > (largest[channel] as number)) {
                largest[channel] = value;
                places[channel] = pixel + channel;
              }
            }
          }
        }
        for (let channel = 0; channel < channels; channel++) {
          const place = places[channel] as number;
          to[place] = (to[place] as number) + (gradient[source + channel] as number);
        }
        source += channels;
      }
    }
  }
  return result;
};
