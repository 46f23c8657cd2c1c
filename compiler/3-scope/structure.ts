import type { Fragment } from "../2-elaborate/model.ts";

/** Equal for fragments that differ only in names and places: what one costs, the other costs. */
export function structureOf(fragment: Fragment): string {
  return JSON.stringify([
    fragment.inputs.map(({ source, type }) => [source.kind, type.dataType, type.shape]),
    fragment.nodes.map(({ operation, inputs, arguments: given, type }) => [operation, inputs, given, type.shape]),
    fragment.output,
    fragment.losses.map(({ value }) => value),
  ]);
}

/** A function of a fragment, computed once per structure. */
export function oncePerStructure<Result>(measure: (fragment: Fragment) => Result): (fragment: Fragment) => Result {
  const known = new Map<string, Result>();
  return (fragment) => {
    const key = structureOf(fragment);
    const found = known.get(key);
    if (found !== undefined) return found;
    const result = measure(fragment);
    known.set(key, result);
    return result;
  };
}
