/** Batch normalisation in two passes over memory, sums in double precision. */
import type { PortableCall, PortableKernels } from "../portable-kernel.ts";
import { numberOf, operandOf } from "../portable-kernel.ts";
import { columnProducts, columnSums } from "./column-sums.ts";

export const heapBatchNorm: PortableKernels = {
  batch_norm_training: {
    uses: [],
    run: (kit, call) => {
      const x = operandOf(call, 0);
      const channels = x.shape[3] as number;
      const made = [kit.empty(x.shape), ...[1, 2, 3, 4].map(() => kit.empty([channels]))];
      const heap = kit.heap();
      const [scale, offset, oldMean, oldVariance] = [1, 2, 3, 4].map((index) => heap.floats(operandOf(call, index)));
      const [y, newMean, newVariance, mean, variance] = made.map((tensor) => heap.floats(tensor));
      const image = heap.floats(x);
      const count = image.length / channels;
      const sums = columnSums(image, channels);
      const squares = columnProducts(image, image, channels);
      const [factors, shifts] = [new Float64Array(channels), new Float64Array(channels)];
      const [momentum, epsilon] = [numberOf(call, "momentum"), numberOf(call, "epsilon")];
      const unbiased = count / Math.max(count - 1, 1);
      for (let channel = 0; channel < channels; channel++) {
        const average = at(sums, channel) / count;
        const spread = Math.max(at(squares, channel) / count - average * average, 0);
        put(mean, channel, average);
        put(variance, channel, spread);
        put(newMean, channel, (1 - momentum) * at(oldMean, channel) + momentum * average);
        put(newVariance, channel, (1 - momentum) * at(oldVariance, channel) + momentum * unbiased * spread);
        const factor = at(scale, channel) / Math.sqrt(spread + epsilon);
        factors[channel] = factor;
        shifts[channel] = at(offset, channel) - average * factor;
      }
      normalise(image, y as Float32Array, factors, shifts);
      return made;
    },
  },
  batch_norm_gradient: {
    uses: [],
    run: (kit, call) => {
      const x = operandOf(call, 1);
      const channels = x.shape[3] as number;
      const made = [kit.empty(x.shape), kit.empty([channels]), kit.empty([channels])];
      const heap = kit.heap();
      const [dy, image, scale, mean, variance] = floatsOf(call, heap.floats);
      const [result, scaleGradient, offsetGradient] = made.map((tensor) => heap.floats(tensor));
      const count = image.length / channels;
      const sums = columnSums(dy, channels);
      const products = columnProducts(dy, image, channels);
      const epsilon = numberOf(call, "epsilon");
      // dx = a · dy + b · x + c, one triple per channel.
      const [a, b, c] = [new Float64Array(channels), new Float64Array(channels), new Float64Array(channels)];
      for (let channel = 0; channel < channels; channel++) {
        const deviation = 1 / Math.sqrt(at(variance, channel) + epsilon);
        const along = (at(products, channel) - at(mean, channel) * at(sums, channel)) * deviation;
        put(scaleGradient, channel, along);
        put(offsetGradient, channel, at(sums, channel));
        const factor = at(scale, channel) * deviation;
        a[channel] = factor;
        b[channel] = (-factor * deviation * along) / count;
        c[channel] = (-factor * at(sums, channel)) / count - at(b, channel) * at(mean, channel);
      }
      combine(dy, image, result as Float32Array, a, b, c);
      return made;
    },
  },
};

type Numbers = Float32Array | Float64Array;

function floatsOf(call: PortableCall, floats: (tensor: PortableCall["operands"][number]) => Float32Array) {
  return call.operands.map(floats) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
}

function at(values: Numbers | undefined, index: number): number {
  return values?.[index] as number;
}

function put(values: Numbers | undefined, index: number, value: number): void {
  (values as Numbers)[index] = value;
}

/** `y = factor · x + shift`, four channels at a time. */
function normalise(x: Float32Array, y: Float32Array, factors: Float64Array, shifts: Float64Array): void {
  const channels = factors.length;
  const whole = channels - (channels % 4);
  for (let first = 0; first < whole; first += 4) {
    const [f0, f1, f2, f3] = factors.subarray(first, first + 4) as unknown as [number, number, number, number];
    const [s0, s1, s2, s3] = shifts.subarray(first, first + 4) as unknown as [number, number, number, number];
    for (let index = first; index < x.length; index += channels) {
      y[index] = f0 * (x[index] as number) + s0;
      y[index + 1] = f1 * (x[index + 1] as number) + s1;
      y[index + 2] = f2 * (x[index + 2] as number) + s2;
      y[index + 3] = f3 * (x[index + 3] as number) + s3;
    }
  }
  for (let channel = whole; channel < channels; channel++) {
    const [factor, shift] = [at(factors, channel), at(shifts, channel)];
    for (let index = channel; index < x.length; index += channels) y[index] = factor * (x[index] as number) + shift;
  }
}

/** `result = a · dy + b · x + c` with one a, b and c per channel. */
function combine(
  dy: Float32Array,
  x: Float32Array,
  result: Float32Array,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
): void {
  const channels = a.length;
  const whole = channels - (channels % 2);
  for (let first = 0; first < whole; first += 2) {
    const [a0, a1, b0, b1] = [at(a, first), at(a, first + 1), at(b, first), at(b, first + 1)];
    const [c0, c1] = [at(c, first), at(c, first + 1)];
    for (let index = first; index < x.length; index += channels) {
      result[index] = a0 * (dy[index] as number) + b0 * (x[index] as number) + c0;
      result[index + 1] = a1 * (dy[index + 1] as number) + b1 * (x[index + 1] as number) + c1;
    }
  }
  if (whole === channels) return;
  const [last, ofX, ofOne] = [at(a, whole), at(b, whole), at(c, whole)];
  for (let index = whole; index < x.length; index += channels) {
    result[index] = last * (dy[index] as number) + ofX * (x[index] as number) + ofOne;
  }
}
