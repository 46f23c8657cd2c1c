import type { Declaration } from "../../grammar/syntax-tree.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Definition } from "./resolved-project.ts";

/** Which definitions each definition of one file names. */
export type Uses = ReadonlyMap<Definition, ReadonlySet<Definition>>;

/**
 * Definitions that use themselves, directly or through others. Each circle is reported once, at the definition written
 * first; imports have no cycles, so a circle lies within one file.
 */
export function findRecursion(files: readonly Uses[], diagnostics: Diagnostic[]): ReadonlySet<Declaration> {
  const recursive = new Set<Declaration>();
  for (const uses of files) {
    const finished = new Set<Definition>();
    for (const start of uses.keys()) follow(start, uses, [], finished, recursive, diagnostics);
  }
  return recursive;
}

function follow(
  definition: Definition,
  uses: Uses,
  path: Definition[],
  finished: Set<Definition>,
  recursive: Set<Declaration>,
  diagnostics: Diagnostic[],
): void {
  const circle = path.indexOf(definition);
  if (circle >= 0) {
    report(path.slice(circle), recursive, diagnostics);
    return;
  }
  if (finished.has(definition)) return;
  path.push(definition);
  for (const used of uses.get(definition) ?? []) follow(used, uses, path, finished, recursive, diagnostics);
  path.pop();
  finished.add(definition);
}

function report(cycle: readonly Definition[], recursive: Set<Declaration>, diagnostics: Diagnostic[]): void {
  const first = cycle[0];
  if (first === undefined) return;
  for (const { declaration } of cycle) recursive.add(declaration);
  const names = [...cycle, first].map(({ declaration }) => declaration.name.text);
  const labels = cycle.map(({ declaration: { name }, file }) => ({
    place: { file: file.path, start: name.span.start, end: name.span.end },
    text: "is part of the circle",
  }));
  const related = labels.slice(1);
  const place = labels[0]?.place ?? { file: first.file.path, start: 0, end: 0 };
  diagnostics.push(
    diagnose(
      "recursion",
      { cycle: names },
      { place, related, help: "use a loop (`for … in …`) or `fold`, which have an end the compiler knows" },
    ),
  );
}
