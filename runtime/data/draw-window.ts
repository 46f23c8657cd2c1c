import type { AugmentStep } from "../program/recipe.ts";
import type { RandomStream } from "../random/stream.ts";

export interface PixelWindow {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * A window of a random share of the image's area and a random ratio of width to height (Szegedy et al., CVPR 2015, arXiv 1409.4842,
 * section 6), drawn as torchvision's RandomResizedCrop draws it: up to ten times a share, uniform, and a ratio, uniform in its
 * logarithm, then the top and the left edge; if none fits, the largest window in the middle whose ratio is allowed.
 */
export function drawWindow(
  { scale, ratio }: Extract<AugmentStep, { kind: "resized_crop" }>,
  [rows, columns]: readonly [number, number],
  stream: RandomStream,
): PixelWindow {
  const between = (low: number, high: number): number => low + (high - low) * stream.uniform();
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = rows * columns * between(scale[0], scale[1]);
    const shape = Math.exp(between(Math.log(ratio[0]), Math.log(ratio[1])));
    const [width, height] = [Math.round(Math.sqrt(area * shape)), Math.round(Math.sqrt(area / shape))];
    if (width < 1 || height < 1 || width > columns || height > rows) continue;
    const top = stream.integer(rows - height + 1);
    return { top, left: stream.integer(columns - width + 1), height, width };
  }
  const whole = columns / rows;
  const width = whole > ratio[1] ? Math.round(rows * ratio[1]) : columns;
  const height = whole < ratio[0] ? Math.round(columns / ratio[0]) : rows;
  return { top: Math.floor((rows - height) / 2), left: Math.floor((columns - width) / 2), height, width };
}
