/**
 * A half-open range of character offsets into one source text: `start` is the first character, `end` the one after the
 * last. Lines and columns are computed only when something is shown to a person.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A span together with the file it lies in, for everything that outlives one file. */
export interface Place extends Span {
  /** The path under which the source was given to the compiler, for example `examples/digits.llnet` or `std/heads.llnet`. */
  readonly file: string;
}
