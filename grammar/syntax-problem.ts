import type { Span } from "./span.ts";

/** The stable names of the syntax problems; a code is never used again for something else. */
export const syntaxProblemNames = {
  LL1001: "unexpected-character",
  LL1002: "unterminated-string",
  LL1003: "unexpected-token",
  LL1004: "missing-closing-bracket",
  LL1005: "unknown-declaration",
  LL1006: "misplaced-item",
  LL1007: "invalid-number",
  LL1008: "invalid-escape",
  LL1009: "nesting-too-deep",
  LL1010: "file-too-large",
  LL1011: "unknown-item",
  LL1012: "chained-operator",
} as const;

export type SyntaxProblemCode = keyof typeof syntaxProblemNames;
export type SyntaxProblemName = (typeof syntaxProblemNames)[SyntaxProblemCode];

/** One mistake in the spelling of a file. Plain data: the compiler turns it into a diagnostic. */
export interface SyntaxProblem {
  readonly code: SyntaxProblemCode;
  readonly name: SyntaxProblemName;
  /** What is wrong, alone on a line: lower-case start, no full stop, expected before found. */
  readonly message: string;
  /** The smallest range that explains it; empty where something is absent. */
  readonly span: Span;
  /** Words that make sense under the span alone. */
  readonly label: string;
  /** What to do about it. */
  readonly help?: string;
  /** The other half of the contradiction, for example the bracket that is never closed. */
  readonly related?: readonly { readonly span: Span; readonly label: string }[];
}

export function syntaxProblem(
  code: SyntaxProblemCode,
  problem: Pick<SyntaxProblem, "message" | "span" | "label" | "help" | "related">,
): SyntaxProblem {
  return { code, name: syntaxProblemNames[code], ...problem };
}
