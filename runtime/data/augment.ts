import type { AugmentStep } from "../program/recipe.ts";
import type { RandomStream } from "../random/stream.ts";
import { type AxisSources, identity, mirror, shift, stretch } from "./axis-sources.ts";
import type { ImageShape } from "./dataset.ts";
import { drawWindow } from "./draw-window.ts";

/** All steps move whole rows and columns, or mix neighbours, so short lists say everything and any number of steps costs one copy. */
export interface PixelSources {
  readonly rows: AxisSources;
  readonly columns: AxisSources;
}

/**
 * Draws one augmentation. Each `pad_crop` draws the top, then the left edge of the window, in [0, 2 padding]; each
 * `flip` draws one bit. As InfoPro does for CIFAR (ICLR 2021, reflect-pad 4, random crop, flip); `reflect` does not
 * repeat the edge. A `resized_crop` draws its window as `draw-window.ts` says.
 */
export function drawAugmentation(
  steps: readonly AugmentStep[],
  [height, width]: ImageShape,
  stream: RandomStream,
): PixelSources {
  let rows = identity(height);
  let columns = identity(width);
  for (const step of steps) {
    switch (step.kind) {
      case "pad_crop": {
        const top = stream.integer(2 * step.padding + 1);
        const left = stream.integer(2 * step.padding + 1);
        rows = shift(rows, top - step.padding, step.mode);
        columns = shift(columns, left - step.padding, step.mode);
        break;
      }
      case "flip":
        if (stream.integer(2) === 1) columns = mirror(columns);
        break;
      case "resized_crop": {
        const window = drawWindow(step, [height, width], stream);
        rows = stretch(rows, window.top, window.height);
        columns = stretch(columns, window.left, window.width);
        break;
      }
    }
  }
  return { rows, columns };
}

/** The sources of an image that is left as it is. */
export function wholeImage([height, width]: ImageShape): PixelSources {
  return { rows: identity(height), columns: identity(width) };
}

/**
 * Copies one image of `[height, width, channels]` bytes, starting at `from`, to `output` at `to`, moving its pixels as
 * `sources` says and looking each byte up in `table[channel * 256 + byte]`. Where pixels are mixed it is what the table
 * says that is mixed, which is the same: normalisation is linear.
 */
export function copyPixels(
  images: Uint8Array,
  from: number,
  shape: ImageShape,
  { rows, columns }: PixelSources,
  table: Float32Array,
  output: Float32Array,
  to: number,
): void {
  const [height, width, channels] = shape;
  const isMixed = rows.between !== undefined || columns.between !== undefined;
  let at = to;
  for (let y = 0; y < height; y++) {
    const row = rows.from[y] as number;
    for (let x = 0; x < width; x++) {
      const column = columns.from[x] as number;
      if (isMixed) {
        for (let channel = 0; channel < channels; channel++) output[at++] = mixedPixel(y, x, channel);
        continue;
      }
      const black = row < 0 || column < 0;
      const pixel = from + (row * width + column) * channels;
      for (let channel = 0; channel < channels; channel++) {
        output[at++] = table[256 * channel + (black ? 0 : (images[pixel + channel] as number))] as number;
      }
    }
  }

  function mixedPixel(y: number, x: number, channel: number): number {
    const upper = mixedInRow(rows.from[y] as number, x, channel);
    const weight = rows.between?.weight[y] ?? 0;
    if (weight === 0) return upper;
    return upper + weight * (mixedInRow(rows.between?.other[y] as number, x, channel) - upper);
  }

  function mixedInRow(row: number, x: number, channel: number): number {
    const left = valueAt(row, columns.from[x] as number, channel);
    const weight = columns.between?.weight[x] ?? 0;
    if (weight === 0) return left;
    return left + weight * (valueAt(row, columns.between?.other[x] as number, channel) - left);
  }

  function valueAt(row: number, column: number, channel: number): number {
    const byte = row < 0 || column < 0 ? 0 : (images[from + (row * width + column) * channels + channel] as number);
    return table[256 * channel + byte] as number;
  }
}
