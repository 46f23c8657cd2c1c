import type { Expression } from "../../grammar/syntax-tree.ts";
import { checkExpression } from "../1-resolve/check-names.ts";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import { createEvaluation } from "../2-elaborate/create-evaluation.ts";
import { fileScope } from "../2-elaborate/scope.ts";
import { describe, type Value } from "../2-elaborate/value.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** The seeds of `repeat seed: 1..3` or `repeat seed: [7, 11]`: whole numbers from 0, each once. */
export function readSeeds(node: Expression, project: ResolvedProject, diagnostics: Diagnostic[]): number[] {
  const { main } = project;
  const place = { file: main.path, start: node.span.start, end: node.span.end };
  const names = checkExpression(node, main, main.path, []);
  diagnostics.push(...names);
  if (names.length > 0) return [];
  const evaluation = createEvaluation(project);
  const value = evaluation.evaluate(node, fileScope(main));
  diagnostics.push(...evaluation.diagnostics);
  if (value.kind === "unknown") return [];
  const items: readonly Value[] = value.kind === "list" ? value.items : [value];
  const seeds: number[] = [];
  for (const item of items) {
    const seed = item.kind === "number" && item.isInteger ? item.value : -1;
    if (seed < 0) {
      const help = "write `repeat seed: 1..3` or `repeat seed: [7, 11, 13]`";
      diagnostics.push(diagnose("wrong-seeds", { found: describe(item) }, { place, help }));
      return [];
    }
    if (seeds.includes(seed)) {
      const help = "a seed gives the same run every time: leave the second one out";
      diagnostics.push(diagnose("repeated-seed", { seed }, { place, help }));
    } else seeds.push(seed);
  }
  if (seeds.length === 0)
    diagnostics.push(diagnose("wrong-seeds", { found: "none" }, { place, help: "write `repeat seed: 1..3`" }));
  return seeds;
}
