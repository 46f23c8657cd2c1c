/** Small formulas of several primitives that more than one operation is made of. */
import type { PrimitiveWriter } from "./emission.ts";
import { one, product, reshaped, scaled, summed } from "./emission.ts";
import type { Value } from "./operation.ts";

/** Φ(x) = (1 + erf(x / √2)) / 2, the probability that a standard normal number lies below x. */
export function normalShare(writer: PrimitiveWriter, x: Value): Value {
  const erf = one(writer, "erf", [scaled(writer, x, Math.SQRT1_2)]);
  return scaled(writer, one(writer, "shift", [erf], { amount: 1 }), 0.5);
}

/** (x − mean) / √(variance + epsilon) over the last axis, with the biased variance. */
export function standardized(writer: PrimitiveWriter, x: Value, epsilon: number): Value {
  const overRows = { axes: [writer.typeOf(x).shape.length - 1], keepAxes: true };
  const difference = one(writer, "subtract", [x, one(writer, "mean", [x], overRows)]);
  const variance = one(writer, "mean", [one(writer, "square", [difference])], overRows);
  const scale = one(writer, "rsqrt", [one(writer, "shift", [variance], { amount: epsilon })]);
  return one(writer, "standardize", [x, difference, scale]);
}

/** `x · kernel + bias` over the last axis, in one matrix product. */
export function linear(writer: PrimitiveWriter, x: Value, kernel: Value, bias?: Value): Value {
  const { shape } = writer.typeOf(x);
  const rows = shape.slice(0, -1).reduce((count, length) => count * length, 1);
  const matrix = reshaped(writer, x, [rows, shape[shape.length - 1] as number]);
  const result = product(writer, matrix, kernel);
  const features = writer.typeOf(kernel).shape[1] as number;
  const shifted = bias === undefined ? result : one(writer, "bias_add", [result, bias]);
  return reshaped(writer, shifted, [...shape.slice(0, -1), features]);
}

/** √(Σ (x − mean)² / (n − 1)) along axes. The bound comes before the root, whose gradient at 0 is infinite. */
export function unbiasedDeviation(
  writer: PrimitiveWriter,
  x: Value,
  axes: readonly number[],
  keepAxes: boolean,
): Value {
  const { shape } = writer.typeOf(x);
  const count = axes.reduce((total, axis) => total * (shape[axis] as number), 1);
  const difference = one(writer, "subtract", [x, one(writer, "mean", [x], { axes, keepAxes: true })]);
  const squares = summed(writer, one(writer, "square", [difference]), axes, keepAxes);
  const variance = scaled(writer, squares, 1 / (count - 1));
  return one(writer, "sqrt", [one(writer, "at_least", [variance], { bound: 1e-24 })]);
}

/** An image [batch, height, width, channels] at another `size`, mixed along height, then along width. */
export function interpolatedImage(
  writer: PrimitiveWriter,
  image: Value,
  [newHeight, newWidth]: readonly number[],
  method: "half_pixel" | "mean_bins",
): Value {
  const [batch, height, width, channels] = writer.typeOf(image).shape as readonly [number, number, number, number];
  let result = image;
  if (newHeight !== height) {
    const columns = reshaped(writer, result, [batch, height, width * channels]);
    result = one(writer, "interpolate", [columns], { length: newHeight as number, method });
  }
  if (newWidth !== width) {
    const rows = reshaped(writer, result, [batch * (newHeight as number), width, channels]);
    result = one(writer, "interpolate", [rows], { length: newWidth as number, method });
  }
  return reshaped(writer, result, [batch, newHeight as number, newWidth as number, channels]);
}
