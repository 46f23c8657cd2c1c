/** A Swin block in float64, pixel by pixel, without windows as tensors: Liu et al., arXiv 2103.14030, figure 3 and section 3.2. */
import { average, range } from "./reference.ts";

/** One image [height][width] of pixels with channels. */
export type Image = readonly (readonly (readonly number[])[])[];
export type Weights = Readonly<Record<string, Float64Array>>;

export interface SwinBlock {
  readonly side: number;
  readonly channels: number;
  readonly heads: number;
  readonly window: number;
  readonly shift: number;
}

/** x + attention(norm(x)), then x + mlp(norm(x)), of one image given row by row. */
export function swinBlock(x: ArrayLike<number>, weights: Weights, block: SwinBlock): number[] {
  const { side, channels } = block;
  const image = range(side).map((y) =>
    range(side).map((column) => range(channels).map((c) => x[(y * side + column) * channels + c] as number)),
  );
  const mixed = attentionOf(
    mapPixels(image, (pixel) => layerNorm(pixel, weights, "norm1")),
    weights,
    block,
  );
  const middle = image.map((row, y) => row.map((pixel, column) => sumOf(pixel, mixed[y]?.[column] as number[])));
  return middle.flat().flatMap((pixel) => {
    const hidden = linear(layerNorm(pixel, weights, "norm2"), weights, "up.kernel", "up.bias").map(gelu);
    return sumOf(pixel, linear(hidden, weights, "down.kernel", "down.bias"));
  });
}

/** Every pixel attends to those of its window; a window is a square of the image moved up and left by the shift. */
function attentionOf(image: Image, weights: Weights, { side, channels, heads, window, shift }: SwinBlock) {
  const qkv = mapPixels(image, (pixel) => linear(pixel, weights, "attention.qkv_kernel", "attention.qkv_bias"));
  const depth = channels / heads;
  const rolled = (place: number) => (place - shift + side) % side;
  const windowOf = (place: number) => Math.floor(rolled(place) / window);
  const pixels = range(side * side).map((index) => [Math.floor(index / side), index % side] as const);
  return range(side).map((y) =>
    range(side).map((x) => {
      const others = pixels.filter(([v, u]) => windowOf(v) === windowOf(y) && windowOf(u) === windowOf(x));
      const result = range(heads).flatMap((head) => {
        const part = ([v, u]: readonly [number, number], which: number) =>
          ((qkv[v] as number[][])[u] as number[]).slice(
            which * channels + head * depth,
            which * channels + (head + 1) * depth,
          );
        const scores = others.map(([v, u]) => {
          const distance = (rolled(y) - rolled(v) + window - 1) * (2 * window - 1) + rolled(x) - rolled(u) + window - 1;
          // Pixels that meet in a window only because one came around the edge are no neighbours.
          const strangers = y < shift !== v < shift || x < shift !== u < shift;
          const term = weights["attention.positions"]?.[distance * heads + head] as number;
          return dot(part([y, x], 0), part([v, u], 1)) / Math.sqrt(depth) + term - (strangers ? 100 : 0);
        });
        const shares = softmax(scores);
        return range(depth).map((d) =>
          dot(
            shares,
            others.map((other) => part(other, 2)[d] as number),
          ),
        );
      });
      return linear(result, weights, "attention.projection_kernel", "attention.projection_bias");
    }),
  );
}

export function softmax(scores: readonly number[]): number[] {
  const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** x · Φ(x). */
export function gelu(x: number): number {
  return (x * (1 + erf(x / Math.SQRT2))) / 2;
}

/** Its power series, exact to float64 for small |x|. */
export function erf(x: number): number {
  let [term, total] = [x, x];
  for (let n = 1; n < 80; n++) {
    term *= -(x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

export function standardise(values: readonly number[], epsilon: number): number[] {
  const mean = average(values);
  const variance = average(values.map((value) => (value - mean) ** 2));
  return values.map((value) => (value - mean) / Math.sqrt(variance + epsilon));
}

function layerNorm(pixel: readonly number[], weights: Weights, name: string): number[] {
  const [scale, offset] = [weights[`${name}.scale`], weights[`${name}.offset`]];
  return standardise(pixel, 1e-5).map((value, c) => value * (scale?.[c] as number) + (offset?.[c] as number));
}

function linear(x: readonly number[], weights: Weights, kernelName: string, biasName: string): number[] {
  const [kernel, bias] = [weights[kernelName] as Float64Array, weights[biasName] as Float64Array];
  return range(bias.length).map(
    (out) =>
      (bias[out] as number) + x.reduce((sum, value, i) => sum + value * (kernel[i * bias.length + out] as number), 0),
  );
}

function mapPixels(image: Image, change: (pixel: readonly number[]) => number[]): Image {
  return image.map((row) => row.map(change));
}

function sumOf(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, index) => value + (b[index] as number));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}
