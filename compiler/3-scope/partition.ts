/** Cutting a chain into contiguous segments so that the most expensive one is as cheap as possible. */

export interface PartitionProblem {
  /** Length of the chain; its items are 1 … `length`. */
  readonly length: number;
  readonly segments: number;
  /** Whether a segment other than the last may end with this item. */
  readonly mayCutAfter: (item: number) => boolean;
  /** Cost of segment number `segment` (1-based) when it holds the items `first` … `last`. */
  readonly cost: (segment: number, first: number, last: number) => number;
  /** A lower bound of `cost` that never falls as a segment grows to the left; stops the search early. */
  readonly atLeast: (first: number, last: number) => number;
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

/** Dynamic programming over (segment, last item); segments dearer than `limit` are not considered. */
function search(
  { length, segments, mayCutAfter, cost, atLeast }: PartitionProblem,
  limit: number,
  combine: (a: number, b: number) => number,
  measure: (cost: number) => number,
): { cost: number; cuts: number[] } | undefined {
  let previous = new Map<number, Best>([[0, { cost: combine === Math.max ? Number.NEGATIVE_INFINITY : 0, cuts: [] }]]);
  for (let segment = 1; segment <= segments; segment++) {
    const current = new Map<number, Best>();
    const isLast = segment === segments;
    const earliest = isLast ? length : segment;
    for (let last = earliest; last <= length - (segments - segment); last++) {
      if (!isLast && !mayCutAfter(last)) continue;
      let best: Best | undefined;
      for (let first = last; first >= segment; first--) {
        const bound = atLeast(first, last);
        if (bound > limit || (combine === Math.max && best !== undefined && bound > best.cost)) break;
        const before = previous.get(first - 1);
        if (before === undefined) continue;
        const own = cost(segment, first, last);
        if (own > limit) continue;
        const total = combine(before.cost, measure(own));
        // Equal costs: the longer later segment, so that smaller segments come first.
        if (best === undefined || total <= best.cost) {
          best = { cost: total, cuts: isLast ? before.cuts : [...before.cuts, last] };
        }
      }
      if (best !== undefined) current.set(last, best);
    }
    previous = current;
  }
  const found = previous.get(length);
  return found && { cost: found.cost, cuts: [...found.cuts] };
}
