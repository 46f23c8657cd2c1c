/** Cutting a chain into contiguous segments so that the most expensive one is as cheap as possible. */

export interface PartitionProblem {
  /** Length of the chain; its items are 1 … `length`. */
  readonly length: number;
  readonly segments: number;
  /** Whether a segment other than the last may end with this item. */
  readonly mayCutAfter: (item: number) => boolean;
  /** Cost of segment number `segment` (1-based) when it holds the items `first` … `last`; `ends` are the last items up to its own. */
  readonly cost: (segment: number, first: number, last: number, ends: readonly number[]) => number;
  /** A lower bound of `cost` that never falls as a segment grows to the left; stops the search early. */
  readonly atLeast: (first: number, last: number) => number;
  /** How many ends before the end of the segment before a cost depends on; none unless said. */
  readonly depth?: number;
  /** What it depends on there, for the end `distance` (from 1) places further back. */
  readonly keyOf?: (item: number, distance: number) => string;
}

/**
 * The last item of every segment but the last, ascending; undefined where no partition exists. Minimises the largest
 * cost; among those partitions the one with the smallest sum of squares, which is the most even one, with smaller segments
 * first.
 */
export function partition(problem: PartitionProblem): number[] | undefined {
  const largest = search(problem, Number.POSITIVE_INFINITY, Math.max, (costSoFar) => costSoFar);
  if (largest === undefined) return undefined;
  return search(
    problem,
    largest.cost,
    (a, b) => a + b,
    (cost) => cost * cost,
  )?.cuts;
}

interface Best {
  readonly cost: number;
  readonly cuts: readonly number[];
}

/**
 * Dynamic programming over (segment, last item, what later costs can tell of earlier ends); segments dearer than `limit` are not
 * considered.
 */
function search(
  problem: PartitionProblem,
  limit: number,
  combine: (a: number, b: number) => number,
  measure: (cost: number) => number,
): { cost: number; cuts: number[] } | undefined {
  const { length, segments, mayCutAfter, cost, atLeast, depth = 0 } = problem;
  const start: Best = { cost: combine === Math.max ? Number.NEGATIVE_INFINITY : 0, cuts: [] };
  let previous: ByEnd = new Map([[0, [start]]]);
  for (let segment = 1; segment <= segments; segment++) {
    const current: Map<number, Best[]> = new Map();
    const isLast = segment === segments;
    const earliest = isLast ? length : segment;
    for (let last = earliest; last <= length - (segments - segment); last++) {
      if (!isLast && !mayCutAfter(last)) continue;
      const best = new Map<string, Best>();
      for (let first = last; first >= segment; first--) {
        const bound = atLeast(first, last);
        const only = isLast || depth === 0 ? best.get("") : undefined;
        if (bound > limit || (combine === Math.max && only !== undefined && bound > only.cost)) break;
        for (const before of previous.get(first - 1) ?? []) {
          const own = cost(segment, first, last, [...before.cuts, last]);
          if (own > limit) continue;
          const total = combine(before.cost, measure(own));
          const key = isLast ? "" : keyOf(before.cuts, problem);
          const known = best.get(key);
          // Equal costs: the longer later segment, so that smaller segments come first.
          if (known === undefined || total <= known.cost) best.set(key, { cost: total, cuts: [...before.cuts, last] });
        }
      }
      if (best.size > 0) current.set(last, [...best.values()]);
    }
    previous = current;
  }
  const found = previous.get(length)?.[0];
  return found && { cost: found.cost, cuts: found.cuts.slice(0, -1) };
}

type ByEnd = ReadonlyMap<number, readonly Best[]>;

/** What later costs can tell of the ends before a segment's own. */
function keyOf(cuts: readonly number[], { depth = 0, keyOf: key = String }: PartitionProblem): string {
  return cuts
    .slice(Math.max(cuts.length - depth, 0))
    .map((end, index, { length }) => key(end, length - index))
    .join(" ");
}
