import type { Repair } from "./repair.ts";
import { inputOf } from "./repair.ts";
import { slidingOf } from "./sliding-window.ts";

/** Wrong: XNNPACK knows no window of one element, and TensorFlow.js 4.22 then leaves the result unwritten. */
export const maxPool: Repair = (kit, inputs, attributes) => {
  const { filterSize } = attributes as { filterSize: readonly number[] };
  const x = inputOf(inputs, "x");
  if (filterSize.some((length) => length !== 1)) return kit.unrepaired("MaxPool", { x }, attributes);
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [rows, columns] = slidingOf(attributes);
  const shape = [batch, Math.ceil(height / rows.stride), Math.ceil(width / columns.stride), channels] as const;
  const result = kit.empty(shape);
  const [from, to] = [kit.heap().floats(x), kit.heap().floats(result)];
  let target = 0;
  for (let sample = 0; sample < batch; sample++) {
    for (let row = 0; row < shape[1]; row++) {
      for (let column = 0; column < shape[2]; column++) {
        const source = ((sample * height + row * rows.stride) * width + column * columns.stride) * channels;
        for (let channel = 0; channel < channels; channel++) to[target + channel] = from[source + channel] as number;
        target += channels;
      }
    }
  }
  return result;
};
