import type { Expression, ModelItem } from "../../grammar/syntax-tree.ts";
import { checkExpression } from "../1-resolve/check-names.ts";
import type { ResolvedFile } from "../1-resolve/resolved-project.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import { markOrigins, parseExpression, parseSplit } from "./override-text.ts";
import { fileScope, type Scope, scopeInText } from "./scope.ts";

/** The virtual file an override's text is shown in. */
export function overridePath(path: string): string {
  return `--set ${path}`;
}

/** One `--set path=value`. */
export interface Override {
  readonly path: string;
  /** The file the model is written in. */
  readonly home: ResolvedFile;
  readonly origins: Map<object, Scope>;
  /** The value as an expression; undefined where it has a mistake, which is reported once. */
  expression(words?: readonly string[]): Expression | undefined;
  split(): Extract<ModelItem, { kind: "Split" }> | undefined;
  /** Nothing of this name can be set. */
  unknown(known: readonly string[]): undefined;
}

export function createOverride(
  path: string,
  text: string,
  { file, home }: { readonly file: ResolvedFile; readonly home: ResolvedFile },
  origins: Map<object, Scope>,
  diagnostics: Diagnostic[],
): Override {
  const virtual = overridePath(path);
  const scope = scopeInText(fileScope(file), virtual);
  return {
    path,
    home,
    origins,
    expression(words = []) {
      const parsed = parseExpression(text, virtual);
      diagnostics.push(...parsed.diagnostics);
      if (parsed.value === undefined) return undefined;
      diagnostics.push(...checkExpression(parsed.value, file, virtual, words));
      markOrigins(parsed.value, scope, origins);
      return parsed.value;
    },
    split() {
      const parsed = parseSplit(text, virtual);
      diagnostics.push(...parsed.diagnostics);
      if (parsed.value !== undefined) markOrigins(parsed.value, scope, origins);
      return parsed.value;
    },
    unknown(known) {
      const help =
        didYouMean(path, known) ??
        `paths are ${known
          .slice(0, 12)
          .map((each) => `\`${each}\``)
          .join(", ")}`;
      diagnostics.push(
        diagnose("unknown-path", { path }, { place: { file: virtual, start: 0, end: text.length }, help }),
      );
      return undefined;
    },
  };
}
