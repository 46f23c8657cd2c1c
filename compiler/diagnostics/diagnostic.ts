/** What the compiler has to say to its user. Plain data; `render.ts` turns it into text, `catalogue.ts` lists the codes. */
import type { Place } from "../../grammar/span.ts";

export interface Diagnostic {
  /** `LL3001`; never reused. */
  readonly code: string;
  /** `shape-mismatch`: the searchable half. */
  readonly name: string;
  readonly severity: Severity;
  /** What is wrong, in one line: lower-case start, no final full stop, names in backticks. */
  readonly message: string;
  readonly primary: Label;
  /** The other half of a contradiction, possibly in another file. */
  readonly related: readonly Label[];
  /** What to do. */
  readonly help?: string;
  readonly fix?: Fix;
}

export type Severity = "error" | "warning" | "info";

/** A place and a few words that make sense alone. */
export interface Label {
  readonly place: Place;
  readonly text: string;
}

export interface Fix {
  readonly title: string;
  readonly safety: "safe" | "unsafe" | "display";
  readonly edits: readonly { readonly place: Place; readonly text: string }[];
}

/** A phase's result: whatever could be made of the input, and what was wrong with it. */
export interface Result<Value> {
  readonly value: Value;
  readonly diagnostics: readonly Diagnostic[];
}
