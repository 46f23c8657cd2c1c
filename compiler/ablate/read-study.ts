import type { Place, Span } from "../../grammar/span.ts";
import type {
  AblateDeclaration,
  AblationValue,
  CompareItem,
  Expression,
  Path,
  RepeatItem,
  VaryItem,
} from "../../grammar/syntax-tree.ts";
import { checkExpression } from "../1-resolve/check-names.ts";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import { createEvaluation } from "../2-elaborate/create-evaluation.ts";
import { fileScope } from "../2-elaborate/scope.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import { type AxisDraft, type AxisPath, type Cell, isSeedPath, type StudyDraft } from "./draft.ts";
import { readSeeds } from "./read-seeds.ts";
import { onOneLine } from "./value-text.ts";

/** What an `ablate` block says. Undefined where its model is not there; everything else wrong leaves a part out. */
export function readStudy(
  block: AblateDeclaration,
  project: ResolvedProject,
  diagnostics: Diagnostic[],
): StudyDraft | undefined {
  const { main } = project;
  const placeOf = (span: Span): Place => ({ file: main.path, start: span.start, end: span.end });
  if (!knowsModel(block, project, placeOf, diagnostics)) return undefined;
  const axes: AxisDraft[] = [];
  let repeated: RepeatItem | undefined;
  let seeds: readonly number[] = [];
  const conditions: StudyDraft["conditions"][number][] = [];
  const comparisons: StudyDraft["comparisons"][number][] = [];
  for (const item of block.items) {
    switch (item.kind) {
      case "Vary":
        axes.push(...axisOf(item));
        break;
      case "Repeat":
        if (repeated === undefined) seeds = seedsOf(item);
        else reportTwice("seed", item.path.span, repeated.path.span);
        repeated ??= item;
        break;
      case "Skip":
        if (item.condition.kind !== "Missing")
          conditions.push({
            node: item.condition,
            place: placeOf(item.condition.span),
            text: onOneLine(textAt(item.condition.span)),
          });
        break;
      case "Compare":
        comparisons.push(...comparisonOf(item));
    }
  }
  const { documentation } = block;
  return {
    name: block.name.text,
    ...(documentation !== undefined && { documentation }),
    model: block.of.text,
    place: placeOf(block.name.span),
    axes,
    seeds,
    conditions,
    comparisons,
    base: new Map(),
  };

  function axisOf({ paths, rows }: VaryItem): AxisDraft[] {
    const named = paths.map(pathOf);
    const first = rows[0]?.[0];
    const listed = rows.length === 1 && first?.kind === "Range" ? countedOut(first) : undefined;
    const cells =
      listed?.map((cell) => [cell]) ?? rows.filter((row) => fits(row, named.length)).map((row) => row.map(cellOf));
    const complete = cells.filter((row) => row.every(({ node }) => node.kind !== "Missing"));
    return complete.length > 0 ? [{ paths: named, rows: complete }] : [];
  }

  function fits(row: readonly AblationValue[], expected: number): boolean {
    if (row.length === expected || row.some(({ kind }) => kind === "Missing")) return row.length === expected;
    const span = { start: row[0]?.span.start ?? 0, end: row.at(-1)?.span.end ?? 0 };
    const help = "give one value per path, in their order: `vary (a, b): (1, 2), (3, 4)`";
    diagnostics.push(diagnose("wrong-row", { expected, found: row.length }, { place: placeOf(span), help }));
    return false;
  }

  /** `1..4` as values of an axis is 1, 2, 3, 4. */
  function countedOut(range: Expression): Cell[] {
    const numbers = integersOf(range);
    return numbers.map((value) => ({
      text: String(value),
      node: { kind: "Number", span: range.span, value, isInteger: true },
      place: placeOf(range.span),
      isVerbatim: false,
    }));
  }

  function integersOf(node: Expression): number[] {
    diagnostics.push(...checkExpression(node, main, main.path, []));
    const evaluation = createEvaluation(project);
    const value = evaluation.evaluate(node, fileScope(main));
    diagnostics.push(...evaluation.diagnostics);
    const items = value.kind === "list" ? value.items : [value];
    return items.flatMap((item) => (item.kind === "number" ? [item.value] : []));
  }

  function seedsOf({ path, values }: RepeatItem): readonly number[] {
    const named = pathOf(path);
    if (!isSeedPath(named.text)) {
      const help = `write \`vary ${named.text}: …\` for what is compared, \`repeat seed: 1..3\` for what is averaged over`;
      diagnostics.push(diagnose("repeat-other", { path: named.text }, { place: named.place, help }));
      return [];
    }
    return values.kind === "Missing" ? [] : readSeeds(values, project, diagnostics);
  }

  function comparisonOf({ path, value }: CompareItem): StudyDraft["comparisons"] {
    return value.kind === "Missing" ? [] : [{ path: pathOf(path), cell: cellOf(value) }];
  }

  function cellOf(node: AblationValue): Cell {
    const written = textAt(node.span);
    const text = /[\n\r]/.test(written) ? onOneLine(written) : written;
    return { text, node, place: placeOf(node.span), isVerbatim: text === written };
  }

  function pathOf({ parts, span }: Path): AxisPath {
    return { text: parts.map(({ text }) => text).join("."), place: placeOf(span) };
  }

  function textAt({ start, end }: Span): string {
    return main.tree.text.slice(start, end);
  }

  function reportTwice(path: string, again: Span, first: Span): void {
    const related = [{ place: placeOf(first), text: "first here" }];
    diagnostics.push(diagnose("repeated-axis", { path }, { place: placeOf(again), related }));
  }
}

function knowsModel(
  { of }: AblateDeclaration,
  { main }: ResolvedProject,
  placeOf: (span: Span) => Place,
  diagnostics: Diagnostic[],
): boolean {
  const known = [...main.models.map(({ name }) => name.text), ...main.importedModels.keys()];
  if (of.text === "" || known.includes(of.text)) return of.text !== "";
  const listed = known.map((name) => `\`${name}\``).join(", ");
  const help =
    didYouMean(of.text, known) ??
    (known.length > 0 ? `there ${known.length === 1 ? "is" : "are"} ${listed}` : "write or import a model");
  diagnostics.push(diagnose("unknown-model", { name: of.text }, { place: placeOf(of.span), help }));
  return false;
}
