import type { HeadAssignment, ModuleBound } from "./model.ts";

/** The line of `heads { … }` that decides for module `index` of `count`: the last one that selects it, `off` included. */
export function selectHead(assignments: readonly HeadAssignment[], index: number, count: number): HeadAssignment | undefined {
  return assignments.findLast(({ selector }) => {
    switch (selector.kind) {
      case "local":
        return index < count;
      case "last":
        return index === count;
      case "each":
        return true;
      case "range":
        return index >= moduleAt(selector.from, count) && index <= moduleAt(selector.to, count);
    }
  });
}

/** The 1-based module a bound means; it may lie outside 1 … count. */
export function moduleAt(bound: ModuleBound, count: number): number {
  return bound.fromLast ? count + bound.offset : bound.offset;
}
