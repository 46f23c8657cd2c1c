import type { AugmentStep } from "../program/recipe.ts";
import type { RandomStream } from "../random/stream.ts";
import type { ImageShape } from "./dataset.ts";

/**
 * Where each row and column of an augmented image comes from in the original: an index, or -1 for a black border. All
 * steps move whole rows and columns, so two short lists say everything and any number of steps costs one copy.
 */
export interface PixelSources {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/**
 * Draws one augmentation. Each `pad_crop` draws the top, then the left edge of the window, in [0, 2 padding]; each
 * `flip` draws one bit. As InfoPro does for CIFAR (ICLR 2021, reflect-pad 4, random crop, flip); `reflect` does not
 * repeat the edge.
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
        if (stream.integer(2) === 1) columns = columns.toReversed();
        break;
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
 * `sources` says and looking each byte up in `table[channel * 256 + byte]`.
 */
export function copyPixels(
  images: Uint8Array,
  from: number,
  [height, width, channels]: ImageShape,
  { rows, columns }: PixelSources,
  table: Float32Array,
  output: Float32Array,
  to: number,
): void {
  let at = to;
  for (let y = 0; y < height; y++) {
    const row = rows[y] as number;
    for (let x = 0; x < width; x++) {
      const column = columns[x] as number;
      const black = row < 0 || column < 0;
      const pixel = from + (row * width + column) * channels;
      for (let channel = 0; channel < channels; channel++) {
        output[at++] = table[256 * channel + (black ? 0 : (images[pixel + channel] as number))] as number;
      }
    }
  }
}

function identity(size: number): Int32Array {
  return Int32Array.from({ length: size }, (_, index) => index);
}

/** The window of `sources` that starts `offset` after its own start, padded where it lies outside. */
function shift(sources: Int32Array, offset: number, mode: "reflect" | "zero"): Int32Array {
  const last = sources.length - 1;
  return sources.map((_, index) => {
    const position = index + offset;
    if (position >= 0 && position <= last) return sources[position] as number;
    if (mode === "zero") return -1;
    return sources[position < 0 ? -position : 2 * last - position] as number;
  });
}
