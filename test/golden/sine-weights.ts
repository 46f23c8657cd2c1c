/**
 * The number generators of the golden tests. The golden numbers were computed in float64 by the methods' own code; float32
 * agrees to about 1e-5.
 */
import { expect } from "vitest";

/** `g(shape, a, b, s)[i] = s · sin(a + b·i)`, i over the flat index. */
export function sines(count: number, a: number, b: number, s: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => s * Math.sin(a + b * index));
}

/** The unit vectors of a space, one per row. */
export function unitVectors(count: number): Float32Array {
  return Float32Array.from({ length: count * count }, (_, flat) => (flat % (count + 1) === 0 ? 1 : 0));
}

/** Reorders axes: element `index[]` of the result is taken from the permuted place, as in NumPy's `transpose`. */
export function transpose(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  const target = order.map((axis) => shape[axis] as number);
  const result = new Float32Array(values.length);
  for (let flat = 0; flat < result.length; flat++) {
    let [rest, from] = [flat, 0];
    for (let axis = target.length - 1; axis >= 0; axis--) {
      const length = target[axis] as number;
      from += (rest % length) * (strides[order[axis] as number] as number);
      rest = Math.floor(rest / length);
    }
    result[flat] = values[from] as number;
  }
  return result;
}

/** PyTorch's linear weight `[outputs, inputs]` as our kernel `[inputs, outputs]`. */
export function linearKernel(outputs: number, inputs: number, a: number, b: number, s: number): Float32Array {
  return transpose(sines(outputs * inputs, a, b, s), [outputs, inputs], [1, 0]);
}

/** PyTorch's convolution weight `[outputs, inputs, height, width]` as ours `[height, width, inputs, outputs]`. */
export function convolutionKernel(
  shape: readonly [number, number, number, number],
  a: number,
  b: number,
  s: number,
): Float32Array {
  return transpose(sines(shape[0] * shape[1] * shape[2] * shape[3], a, b, s), shape, [2, 3, 1, 0]);
}

/** Equal to a relative tolerance of 1e-5, or 1e-6 absolutely where a golden number is below 0.1. */
export function expectNear(found: number | undefined, golden: number, tolerance = 1e-5): void {
  const error = Math.abs((found ?? Number.NaN) - golden) / Math.max(0.1, Math.abs(golden));
  expect(error, `expected ${golden}, found ${found}`).toBeLessThanOrEqual(tolerance);
}

export function expectAllNear(found: Iterable<number>, golden: readonly number[], tolerance = 1e-5): void {
  const values = [...found];
  expect(values.length).toBe(golden.length);
  for (const [index, value] of values.entries()) expectNear(value, golden[index] as number, tolerance);
}

export function sumOfMagnitudes(values: Float32Array | undefined): number {
  return (values ?? new Float32Array()).reduce((sum, value) => sum + Math.abs(value), 0);
}
