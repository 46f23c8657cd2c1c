import type { Repair } from "./repair.ts";
import { inputOf } from "./repair.ts";

/** Missing: rows of x added up by the segment they belong to, in double precision. */
export const unsortedSegmentSum: Repair = (kit, inputs, attributes) => {
  const { numSegments } = attributes as { numSegments: number };
  const [x, segments] = [inputOf(inputs, "x"), inputOf(inputs, "segmentIds")];
  const columns = x.shape.slice(segments.shape.length).reduce((product, length) => product * length, 1);
  const result = kit.empty([numSegments, ...x.shape.slice(segments.shape.length)]);
  const [from, rows] = [kit.heap().floats(x), kit.heap().integers(segments)];
  const sums = new Float64Array(numSegments * columns);
  rows.forEach((segment, row) => {
    for (let column = 0; column < columns; column++) {
      const place = segment * columns + column;
      sums[place] = (sums[place] as number) + (from[row * columns + column] as number);
    }
  });
  kit.heap().floats(result).set(sums);
  return result;
};
