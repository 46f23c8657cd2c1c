import { expect, test } from "vitest";
import { partition } from "../../../compiler/3-scope/partition.ts";
import { fc } from "../../support/fast-check.ts";

/** Items with a cost each, and a head at the end of every segment but the last whose cost depends on where it sits. */
interface Chain {
  readonly items: readonly number[];
  readonly heads: readonly number[];
}

function problem({ items, heads }: Chain, segments: number, blocked: ReadonlySet<number> = new Set()) {
  const range = (first: number, last: number): number =>
    items.slice(first - 1, last).reduce((total, item) => total + item, 0);
  return {
    length: items.length,
    segments,
    mayCutAfter: (item: number) => !blocked.has(item),
    cost: (segment: number, first: number, last: number) =>
      range(first, last) + (segment < segments ? (heads[last - 1] as number) : 0),
    atLeast: range,
  };
}

/** Every way to cut a chain, by trying all. */
function allCuts(length: number, segments: number, blocked: ReadonlySet<number>): number[][] {
  const extend = (cuts: number[], left: number): number[][] =>
    left === 0
      ? [cuts]
      : Array.from({ length: length - 1 }, (_, index) => index + 1)
          .filter((item) => item > (cuts.at(-1) ?? 0) && !blocked.has(item))
          .flatMap((item) => extend([...cuts, item], left - 1));
  return extend([], segments - 1);
}

function costs(chain: Chain, cuts: readonly number[]): number[] {
  const { cost } = problem(chain, cuts.length + 1);
  const ends = [...cuts, chain.items.length];
  return ends.map((last, position) => cost(position + 1, (ends[position - 1] ?? 0) + 1, last));
}

test("an even chain is cut into even segments", () => {
  expect(partition(problem({ items: [1, 1, 1, 1, 1, 1], heads: [0, 0, 0, 0, 0, 0] }, 3))).toEqual([2, 4]);
});

test("a cut moves away from a place where its head would be dear", () => {
  expect(partition(problem({ items: [2, 2, 2, 2], heads: [0, 9, 0, 0] }, 2))).toEqual([1]);
});

test("among partitions with the same largest cost the most even one is taken", () => {
  expect(partition(problem({ items: [9, 1, 1, 1, 1], heads: [0, 0, 0, 0, 0] }, 3))).toEqual([1, 3]);
});

test("there is none where the segments outnumber the possible ends", () => {
  expect(partition(problem({ items: [1, 1, 1], heads: [0, 0, 0] }, 3, new Set([1])))).toBeUndefined();
});

test("the largest cost equals that of the best of all partitions", () => {
  const chains = fc.integer({ min: 1, max: 9 }).chain((length) =>
    fc.record({
      items: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: length, maxLength: length }),
      heads: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: length, maxLength: length }),
      segments: fc.integer({ min: 1, max: length }),
      blocked: fc.uniqueArray(fc.integer({ min: 1, max: length }), { maxLength: 2 }).map((items) => new Set(items)),
    }),
  );
  fc.assert(
    fc.property(chains, ({ items, heads, segments, blocked }) => {
      const chain = { items, heads };
      const possible = allCuts(items.length, segments, blocked).map((cuts) => Math.max(...costs(chain, cuts)));
      const found = partition(problem(chain, segments, blocked));
      if (possible.length === 0) expect(found).toBeUndefined();
      else expect(Math.max(...costs(chain, found as number[]))).toBe(Math.min(...possible));
    }),
  );
});
