import type { Procedures } from "../program/step-program.ts";

/** Runs the procedures of one program over one set of variables. All calls are synchronous. */
export interface Executor {
  readonly kind: "graph" | "eager";
  /** Runs a procedure and returns its outputs by name. */
  run(procedure: keyof Procedures, feeds: Feeds): ReadonlyMap<string, TensorValues>;
  /** The values of all variables by address, copied out. */
  readVariables(): ReadonlyMap<string, TensorValues>;
  /** Sets the given variables, whole; lengths must fit. The arrays are copied. */
  writeVariables(values: ReadonlyMap<string, TensorValues>): void;
  /** Bytes that the last run really held at its peak, variables not counted; undefined where that cannot be seen. */
  trackedPeakBytes(): number | undefined;
  /** Gives all engine memory back. Nothing may be called afterwards. */
  dispose(): void;
}

/** What one run is given: a row-major array for every input of the procedure, by name; others are ignored. */
export interface Feeds {
  readonly batch: number;
  readonly values: ReadonlyMap<string, TensorValues>;
}

export type TensorValues = Float32Array | Int32Array | Uint8Array;
