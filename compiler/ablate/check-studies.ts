/**
 * What is wrong with the `ablate` blocks of a file whose models are right, found without compiling every variant: each value
 * is tried in two of them.
 */
import type { AblateDeclaration } from "../../grammar/syntax-tree.ts";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { baselinesOf, type Combined, combine } from "./combine.ts";
import { checkSetting } from "./compile-variants.ts";
import type { Combination } from "./draft.ts";
import { placeInStudy } from "./place-in-study.ts";
import { readStudy } from "./read-study.ts";
import { cellsOf, settingOf } from "./setting-of.ts";

/** Of all blocks, or of those of one model. */
export function checkStudies(project: ResolvedProject, model?: string): readonly Diagnostic[] {
  return project.main.tree.declarations.flatMap((declaration) => {
    if (declaration.kind !== "Ablate" || (model !== undefined && declaration.of.text !== model)) return [];
    const steps = checkStudy(project, declaration);
    for (;;) {
      const { value, done } = steps.next();
      if (done === true) return value;
    }
  });
}

/** Of one block, with a pause after every value. */
export function* checkStudy(
  project: ResolvedProject,
  block: AblateDeclaration,
): Generator<undefined, readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  const draft = readStudy(block, project, diagnostics);
  if (draft !== undefined) {
    const combined = combine(draft, project, diagnostics);
    baselinesOf(draft, combined, diagnostics);
    // A wrong axis makes every variant wrong: what it is has been said.
    for (const combination of hasError(diagnostics) ? [] : covering(combined)) {
      const { name } = combination;
      const cells = cellsOf(draft, combination);
      const found = checkSetting(project, settingOf(draft, combination));
      // Warnings of the model have been given.
      const wrong = found.filter(({ severity }) => severity === "error");
      diagnostics.push(...wrong.map((each) => placeInStudy(each, cells, combined.axes, { name, place: draft.place })));
      yield undefined;
    }
  }
  return distinctMistakes(diagnostics);
}

/**
 * For every row of every axis the first and the last combination that have it: a head that is never built in one module may
 * well be in sixteen.
 */
function covering({ combinations }: Combined): Combination[] {
  const chosen = new Set([...firstOfEveryRow(combinations), ...firstOfEveryRow([...combinations].reverse())]);
  return combinations.filter((combination) => chosen.has(combination));
}

function firstOfEveryRow(combinations: readonly Combination[]): Combination[] {
  const seen = new Set<string>();
  return combinations.filter(({ rows }) => {
    const fresh = rows.map((row, axis) => `${axis} ${row}`).filter((key) => !seen.has(key));
    for (const key of fresh) seen.add(key);
    return fresh.length > 0 || (rows.length === 0 && seen.size === 0);
  });
}

/** What several variants share is said once: the first one it happens in is named. */
export function distinctMistakes(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const byPlace = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const { code, message, primary } = diagnostic;
    const key = JSON.stringify([code, message, primary.place]);
    if (!byPlace.has(key)) byPlace.set(key, diagnostic);
  }
  return [...byPlace.values()];
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}
