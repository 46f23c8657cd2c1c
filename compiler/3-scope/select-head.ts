import type { ContextAssignment, HeadAssignment, HeadSelector, Model, ModuleBound } from "../2-elaborate/model.ts";

/** The line of `heads { … }` that a module takes its head from: the last one that selects it. */
export function selectHead(model: Model, index: number, count: number): HeadAssignment | undefined {
  return model.heads.findLast(({ selector }) => selects(selector, index, count));
}

/** The line of `context { … }` that gives a module its context: the last one that selects it. The first has none. */
export function selectContext(model: Model, index: number, count: number): ContextAssignment | undefined {
  return index === 1 ? undefined : model.context.findLast(({ selector }) => selects(selector, index, count));
}

/** Whether a selector selects module `index` (1-based) of `count`. */
export function selects(selector: HeadSelector, index: number, count: number): boolean {
  switch (selector.kind) {
    case "local":
      return index < count;
    case "last":
      return index === count;
    case "each":
      return true;
    case "range":
      return boundAt(selector.from, count) <= index && index <= boundAt(selector.to, count);
  }
}

/** The module number a bound stands for: `last - 1` of 4 is 3. */
export function boundAt({ fromLast, offset }: ModuleBound, count: number): number {
  return fromLast ? count + offset : offset;
}
