/** Functions as the emitter holds them until they are handed to ts-morph. */
import type { Local } from "./local.ts";

export interface FunctionText {
  readonly name: string;
  readonly parameters: readonly string[];
  /** Left to inference where absent. */
  readonly returnType: string | undefined;
  readonly documentation: readonly string[];
  /** Lines; a piece may hold several. */
  readonly body: readonly string[];
}

/** A value inside a function: a variable, or one of the results that a variable holds. */
export interface NamedValue {
  readonly variable: string;
  /** Empty, or `.batchMean`. */
  readonly accessor: string;
}

/** What a caller can have of a function's values. */
export interface Returning {
  readonly named: ReadonlyMap<Local, NamedValue>;
  readonly returns: "nothing" | "value" | "record";
  /** The type of the record, where a backward function takes it. */
  readonly recordType: string | undefined;
}

export function codeOf({ variable, accessor }: NamedValue): string {
  return variable + accessor;
}

/** The code of a returned value, given the variable that holds what the function returned. */
export function accessed(variable: string, local: Local, { named, returns }: Returning): string {
  const value = named.get(local) as NamedValue;
  return returns === "record" ? `${variable}.${codeOf(value)}` : variable;
}
