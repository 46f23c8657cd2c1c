/** Batch normalisation in two passes over memory, sums in double precision. */
import type { EngineTensor } from "../../../engine/portable-engine.ts";
import type { Kit } from "../kit.ts";
import type { PortableCall, PortableKernels } from "../portable-kernel.ts";
import { numberOf, operandOf } from "../portable-kernel.ts";
import { type SimdKernel, simdKernels } from "../simd/simd-kernels.ts";

export const heapBatchNorm: PortableKernels = {
  batch_norm_training: {
    uses: [],
    run: (kit, call) => {
      const x = operandOf(call, 0);
      const { rows, channels, made } = prepare(kit, x, 4);
      const { sums, products } = sumsAndProducts(kit, x, x, rows, channels);
      const factors = kit.empty([channels]);
      const [, scale, offset, oldMean, oldVariance] = five(call);
      const [y, newMean, newVariance, mean, variance] = made as Five;
      const values = views(kit, { scale, oldMean, oldVariance, newMean, newVariance, mean, variance, factors });
      const [momentum, epsilon] = [numberOf(call, "momentum"), numberOf(call, "epsilon")];
      const unbiased = rows / Math.max(rows - 1, 1);
      for (let channel = 0; channel < channels; channel++) {
        const average = at(sums, channel) / rows;
        const spread = Math.max(at(products, channel) / rows - average * average, 0);
        values.mean[channel] = average;
        values.variance[channel] = spread;
        values.newMean[channel] = (1 - momentum) * at(values.oldMean, channel) + momentum * average;
        values.newVariance[channel] = (1 - momentum) * at(values.oldVariance, channel) + momentum * unbiased * spread;
        values.factors[channel] = at(values.scale, channel) / Math.sqrt(spread + epsilon);
      }
      run(kit, "normalise", [x, y], rows, channels, [mean, factors, offset]);
      return made;
    },
  },
  batch_norm_gradient: {
    uses: [],
    run: (kit, call) => {
      const [dy, x, scale, mean, variance] = five(call);
      const { rows, channels, made } = prepare(kit, x, 2);
      const { sums, products } = sumsAndProducts(kit, dy, x, rows, channels);
      const [result, scaleGradient, offsetGradient] = made as [EngineTensor, EngineTensor, EngineTensor];
      // dx = a · dy + b · (x − mean) + c, one a, b and c per channel.
      const [a, b, c] = [kit.empty([channels]), kit.empty([channels]), kit.empty([channels])];
      const values = views(kit, { scale, mean, variance, scaleGradient, offsetGradient, a, b, c });
      const epsilon = numberOf(call, "epsilon");
      for (let channel = 0; channel < channels; channel++) {
        const deviation = 1 / Math.sqrt(at(values.variance, channel) + epsilon);
        const along = (at(products, channel) - at(values.mean, channel) * at(sums, channel)) * deviation;
        values.scaleGradient[channel] = along;
        values.offsetGradient[channel] = at(sums, channel);
        const factor = at(values.scale, channel) * deviation;
        values.a[channel] = factor;
        values.b[channel] = (-factor * deviation * along) / rows;
        values.c[channel] = (-factor * at(sums, channel)) / rows;
      }
      run(kit, "combine", [dy, x, result], rows, channels, [mean, a, b, c]);
      return made;
    },
  },
};

type Five = [EngineTensor, EngineTensor, EngineTensor, EngineTensor, EngineTensor];

function five(call: PortableCall): Five {
  return [0, 1, 2, 3, 4].map((index) => operandOf(call, index)) as Five;
}

function at(values: Float32Array | Float64Array, index: number): number {
  return values[index] as number;
}

/** An image of results like `x`, and so many of its channels' vectors. */
function prepare(kit: Kit, x: EngineTensor, vectors: number) {
  const channels = x.shape.at(-1) as number;
  const made = [kit.empty(x.shape), ...Array.from({ length: vectors }, () => kit.empty([channels]))];
  return { rows: x.shape.slice(0, -1).reduce((product, length) => product * length, 1), channels, made };
}

/** Sums over the rows of `a` and of `a ∘ b`, two matrices `[rows, channels]`. */
function sumsAndProducts(kit: Kit, a: EngineTensor, b: EngineTensor, rows: number, channels: number) {
  const heap = kit.heap();
  const kernels = simdKernels(heap);
  const parts = kernels.partsFor(rows * channels);
  const shares = kit.empty([parts, 2, 2 * channels]); // as float64 [parts, 2, channels]
  const from = heap.address(shares);
  kernels.run("sumsAndProducts", parts, heap.address(a), heap.address(b), rows, channels, from);
  const all = new Float64Array(heap.floats(shares).buffer, from, parts * 2 * channels);
  const totals = new Float64Array(2 * channels);
  for (const [index, value] of all.entries()) totals[index % totals.length] = at(totals, index % totals.length) + value;
  return { sums: totals.subarray(0, channels), products: totals.subarray(channels) };
}

/** A pass over matrices `[rows, channels]` with vectors `[channels]`. */
function run(
  kit: Kit,
  kernel: SimdKernel,
  matrices: readonly EngineTensor[],
  rows: number,
  channels: number,
  vectors: readonly EngineTensor[],
): void {
  const heap = kit.heap();
  const kernels = simdKernels(heap);
  const parameters = [...matrices.map(heap.address), rows, channels, ...vectors.map(heap.address)];
  kernels.run(kernel, kernels.partsFor(rows * channels), ...parameters);
}

/** The numbers of tensors, by the same names. */
function views<Name extends string>(kit: Kit, tensors: Record<Name, EngineTensor>) {
  const entries = Object.entries(tensors) as [Name, EngineTensor][];
  return Object.fromEntries(entries.map(([name, tensor]) => [name, kit.heap().floats(tensor)])) as Record<
    Name,
    Float32Array
  >;
}
