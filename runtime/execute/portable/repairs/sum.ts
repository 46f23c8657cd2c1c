import type { EngineTensor } from "../../../engine/portable-engine.ts";
import { columnSums } from "../heap/column-sums.ts";
import type { Kit } from "../kit.ts";
import type { Repair } from "./repair.ts";
import { inputOf } from "./repair.ts";

/**
 * Inexact and slow: the engine adds up in single precision, one after the other (a sum of 10⁶ equal numbers is off by 10⁻³),
 * and moves the summed axes last by copying. Here sums are in double precision, over the axes where they lie.
 */
export const sum: Repair = (kit, inputs, attributes) => {
  const { axis, keepDims } = attributes as { axis: readonly number[]; keepDims: boolean };
  const x = inputOf(inputs, "x");
  const shape = x.shape.flatMap((length, index) => (axis.includes(index) ? (keepDims ? [1] : []) : [length]));
  const { tensor, outer, inner } = gather(kit, x, axis);
  const result = kit.empty(shape);
  const from = kit.heap().floats(tensor);
  const to = kit.heap().floats(result);
  const size = outer * inner === 0 ? 0 : from.length / outer;
  for (let block = 0; block < outer; block++) {
    const part = from.subarray(block * size, (block + 1) * size);
    if (inner === 1) to[block] = total(part);
    else to.set(columnSums(part, inner), block * inner);
  }
  return result;
};

/** The summed axes side by side: as they are where they already are, else moved last. */
function gather(kit: Kit, x: EngineTensor, axes: readonly number[]) {
  const lengths = (from: number, to: number) =>
    x.shape.slice(from, to).reduce((product, length) => product * length, 1);
  const first = Math.min(...axes);
  const last = Math.max(...axes);
  if (last - first + 1 === axes.length) {
    return { tensor: x, outer: lengths(0, first), inner: lengths(last + 1, x.shape.length) };
  }
  const kept = [...x.shape.keys()].filter((index) => !axes.includes(index));
  const tensor = kit.transpose(x, [...kept, ...axes]);
  return { tensor, outer: kept.reduce((product, index) => product * (x.shape[index] as number), 1), inner: 1 };
}

function total(values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let index = 0; index < whole; index += 4) {
    a += values[index] as number;
    b += values[index + 1] as number;
    c += values[index + 2] as number;
    d += values[index + 3] as number;
  }
  for (let index = whole; index < values.length; index++) a += values[index] as number;
  return a + b + (c + d);
}
