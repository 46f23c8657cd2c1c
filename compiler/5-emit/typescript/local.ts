/**
 * Where a value stands in a fragment or an operation: `i2` is its third import, `d5` the sixth value it defines, `r1` the
 * record of a fragment's second operation.
 */
export type Local = string;

/** Every local is one string, whoever asks for it: maps find it without hashing it anew. */
export function localOf(kind: "i" | "d" | "r", position: number): Local {
  const known = locals[kind];
  for (let next = known.length; next <= position; next++) known.push(`${kind}${next}`);
  return known[position] as Local;
}

/** Whether the value is computed in the fragment or the operation. */
export function isDefined(local: Local | undefined): boolean {
  return local?.charCodeAt(0) === letterD;
}

const locals: Readonly<Record<"i" | "d" | "r", Local[]>> = { i: [], d: [], r: [] };
const letterD = "d".charCodeAt(0);
