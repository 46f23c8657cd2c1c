/** Applies the fixes of diagnostics to a text, again and again until nothing is left to fix. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type LintOptions, type LintResult, lintFile } from "./lint-file.ts";

export interface FixedFile {
  readonly text: string;
  /** How many fixes were applied. */
  readonly applied: number;
  /** What is left. */
  readonly result: LintResult;
}

/** A fix may make another one possible, but never the first one again; this bound is for our mistakes. */
const mostRounds = 20;

/** Fixes what can be fixed safely, or with `unsafe` also what changes the meaning, and lints what came of it. */
export function fixFile(options: LintOptions & { readonly text: string }, unsafe = false): FixedFile {
  let { text } = options;
  let applied = 0;
  let result = lintFile({ ...options, text });
  for (let round = 0; round < mostRounds; round++) {
    const next = applyFixes(text, result.diagnostics, unsafe);
    if (next.applied === 0) break;
    applied += next.applied;
    text = next.text;
    result = lintFile({ ...options, text });
  }
  return { text, applied, result };
}

/** All fixes that do not touch one another, in the order of the text. */
export function applyFixes(
  text: string,
  diagnostics: readonly Diagnostic[],
  unsafe: boolean,
): { readonly text: string; readonly applied: number } {
  const taken: { start: number; end: number; text: string }[] = [];
  let applied = 0;
  for (const { fix } of diagnostics) {
    if (fix === undefined || fix.safety === "display" || (fix.safety === "unsafe" && !unsafe)) continue;
    const edits = fix.edits.map(({ place, text: replacement }) => ({
      start: place.start,
      end: place.end,
      text: replacement,
    }));
    const touches = edits.some((edit) => taken.some((other) => edit.start <= other.end && other.start <= edit.end));
    if (touches) continue;
    taken.push(...edits);
    applied++;
  }
  taken.sort((a, b) => b.start - a.start);
  const fixed = taken.reduce((before, edit) => before.slice(0, edit.start) + edit.text + before.slice(edit.end), text);
  return { text: fixed, applied };
}
