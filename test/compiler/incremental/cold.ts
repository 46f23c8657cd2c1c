/** What `check` and `lint` say about a text when they see it for the first time. */

import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import { check } from "../../../compiler/index.ts";
import { lintFile } from "../../../compiler/lint/index.ts";
import type { SourceHost } from "../../../compiler/source/source-host.ts";

export function checkAndLint(file: string, text: string, host: SourceHost): readonly string[] {
  return inOrder([...check({ file, text, host }).diagnostics, ...lintFile({ file, text, host }).diagnostics]);
}

/** Each once, in an order that depends on nothing but what they say. */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly string[] {
  return [...new Set(diagnostics.map((diagnostic) => canonical(diagnostic)))].sort();
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
