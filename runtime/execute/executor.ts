import type { Procedures } from "../program/step-program.ts";

export type ExecutorKind = "graph" | "eager" | "portable" | "webgpu";

/**
 * Runs the procedures of one program over one set of variables. Effects happen before a call returns; results may have to
 * be waited for, because some engines cannot be read otherwise.
 */
export interface Executor {
  readonly kind: ExecutorKind;
  /** Runs a procedure and returns its outputs by name. */
  run(
    procedure: keyof Procedures,
    feeds: Feeds,
  ): ReadonlyMap<string, TensorValues> | Promise<ReadonlyMap<string, TensorValues>>;
  /** The values of all variables by address, copied out. */
  readVariables(): ReadonlyMap<string, TensorValues> | Promise<ReadonlyMap<string, TensorValues>>;
  /**
   * Gives another executor of its kind, for a program with the same variables, the values they have, without reading them.
   * Absent where variables are read at once.
   */
  handOver?(other: Executor): void;
  /** Sets the given variables, whole; lengths must fit. The arrays are copied. */
  writeVariables(values: ReadonlyMap<string, TensorValues>): void;
  /** Bytes that the last run really held at its peak, variables not counted; undefined where that cannot be seen. */
  trackedPeakBytes(): number | undefined;
  /** Gives all engine memory back. Nothing may be called afterwards. */
  dispose(): void;
}

/** An executor whose results are there when a call returns. */
export interface SynchronousExecutor extends Executor {
  readonly kind: "graph" | "eager";
  run(procedure: keyof Procedures, feeds: Feeds): ReadonlyMap<string, TensorValues>;
  readVariables(): ReadonlyMap<string, TensorValues>;
}

/** What one run is given: a row-major array for every input of the procedure, by name; others are ignored. */
export interface Feeds {
  readonly batch: number;
  readonly values: ReadonlyMap<string, TensorValues>;
}

export type TensorValues = Float32Array | Int32Array | Uint8Array;
