import type { ValueNumber } from "../../../runtime/program/step-program.ts";

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

/** The values of a fragment or an operation, named as they are met. */
export interface Locals {
  readonly imports: readonly ValueNumber[];
  readonly results: readonly ValueNumber[];
  readonly locals: ReadonlyMap<ValueNumber, Local>;
  /** Locals that are read from records; parts that are called add theirs. */
  readonly saved: Set<Local>;
  /** The name of a value that is read: its own, `sd3` where the forward part's record has it, else a new import. */
  use(value: ValueNumber): string;
  /** Names a value that is computed. */
  define(value: ValueNumber): void;
}

/** `forward` are the names of the forward part, whose record a backward part reads. */
export function createLocals(forward: ReadonlyMap<ValueNumber, Local> | undefined): Locals {
  const imports: ValueNumber[] = [];
  const results: ValueNumber[] = [];
  const locals = new Map<ValueNumber, Local>();
  const saved = new Set<Local>();
  return {
    imports,
    results,
    locals,
    saved,
    use(value) {
      const known = locals.get(value);
      if (known !== undefined) return known;
      const inRecord = forward?.get(value);
      if (inRecord !== undefined) {
        saved.add(inRecord);
        return `s${inRecord}`;
      }
      const local = localOf("i", imports.push(value) - 1);
      locals.set(value, local);
      return local;
    },
    define(value) {
      locals.set(value, localOf("d", results.push(value) - 1));
    },
  };
}

/** Whether the value is computed in the fragment or the operation. */
export function isDefined(local: Local | undefined): boolean {
  return local?.charCodeAt(0) === letterD;
}

const locals: Readonly<Record<"i" | "d" | "r", Local[]>> = { i: [], d: [], r: [] };
const letterD = "d".charCodeAt(0);
