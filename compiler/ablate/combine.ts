import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { createConditionReader } from "./condition.ts";
import { type AxisDraft, type Cell, type Combination, isSeedPath, type StudyDraft } from "./draft.ts";
import type { Exclusion } from "./study.ts";
import { valueKey } from "./value-text.ts";
import { rowNames } from "./variant-name.ts";

export interface Combined {
  readonly axes: readonly AxisDraft[];
  readonly combinations: readonly Combination[];
  readonly excluded: readonly Exclusion[];
}

export const combinationLimit = 20_000;

/** Every combination of the axes, the last axis fastest, less those that are skipped. */
export function combine(draft: StudyDraft, project: ResolvedProject, diagnostics: Diagnostic[]): Combined {
  const axes = distinctAxes(draft, diagnostics).map((axis) => distinctRows(axis, diagnostics));
  const count = axes.reduce((product, { rows }) => product * rows.length, 1);
  if (count > combinationLimit) {
    const help = "make several ablations, or vary in pairs: `vary (a, b): (1, 2), (3, 4)`";
    diagnostics.push(diagnose("too-many-variants", { count, limit: combinationLimit }, { place: draft.place, help }));
    return { axes, combinations: [], excluded: [] };
  }
  const names = axes.map((axis) => checkedNames(axis, diagnostics));
  const conditions = createConditionReader(project, diagnostics);
  const combinations: Combination[] = [];
  const excluded: Exclusion[] = [];
  for (let number = 0; number < count; number++) {
    const combination = combinationAt(number, axes, names);
    const skipping = draft.conditions.find((condition) => conditions.holds(condition, combination.cells) === true);
    if (skipping === undefined) combinations.push(combination);
    else {
      const reason = `skip when ${skipping.text}`;
      excluded.push({ name: combination.name, set: valuesOf(combination.cells), reason, kind: "skipped" });
    }
  }
  if (combinations.length === 0) {
    const related = draft.conditions.map(({ place }) => ({ place, text: "skipped by this, or another" }));
    const help = "loosen a `skip when`, or leave it out";
    diagnostics.push(diagnose("no-variants", { name: draft.name }, { place: draft.place, related, help }));
  }
  return { axes, combinations, excluded };
}

/** Values by path, as written. */
export function valuesOf(cells: ReadonlyMap<string, Cell>): Record<string, string> {
  return Object.fromEntries([...cells].map(([path, { text }]) => [path, text]));
}

/** The combination with that number: its digits are the rows, the last axis last. */
export function combinationAt(
  number: number,
  axes: readonly AxisDraft[],
  names: readonly (readonly string[])[],
): Combination {
  const rows: number[] = [];
  let rest = number;
  for (const { rows: values } of [...axes].reverse()) {
    rows.unshift(rest % values.length);
    rest = Math.floor(rest / values.length);
  }
  const cells = new Map<string, Cell>();
  for (const [index, { paths, rows: values }] of axes.entries()) {
    for (const [column, cell] of (values[rows[index] as number] as readonly Cell[]).entries())
      cells.set(paths[column]?.text as string, cell);
  }
  const name = rows.map((row, index) => names[index]?.[row]).join("_");
  return { rows, name: name === "" ? "base" : name, cells };
}

/** A path varies once; of two axes of one path the first stays. */
function distinctAxes({ axes, seeds }: StudyDraft, diagnostics: Diagnostic[]): AxisDraft[] {
  const seen = new Map<string, AxisDraft["paths"][number]>();
  return axes.filter(({ paths }) =>
    paths.every((path) => {
      const key = isSeedPath(path.text) ? "seed" : path.text;
      const first = seen.get(key);
      const isRepeated = key === "seed" && seeds.length > 0;
      if (first === undefined && !isRepeated) {
        seen.set(key, path);
        return true;
      }
      const related = first === undefined ? [] : [{ place: first.place, text: "first here" }];
      const help = isRepeated ? "`repeat seed` runs every variant with every seed; leave this out" : undefined;
      diagnostics.push(diagnose("repeated-axis", { path: path.text }, { place: path.place, related, help }));
      return false;
    }),
  );
}

function distinctRows(axis: AxisDraft, diagnostics: Diagnostic[]): AxisDraft {
  const seen = new Map<string, readonly Cell[]>();
  const rows = axis.rows.filter((row, index) => {
    const key = row.map(({ node }) => valueKey(node)).join(" | ");
    const first = seen.get(key);
    const [cell] = row;
    if (first === undefined || cell === undefined) {
      seen.set(key, row);
      return true;
    }
    const before = axis.rows[index - 1]?.[0];
    const related = first[0] === undefined ? [] : [{ place: first[0].place, text: "first here" }];
    const value = row.length === 1 ? cell.text : `(${row.map(({ text }) => text).join(", ")})`;
    const isSafe = row.length === 1 && cell.node.kind !== "SplitAfter" && before?.node.kind !== "SplitAfter";
    const edit = before && { place: { ...cell.place, start: before.place.end }, text: "" };
    diagnostics.push(
      diagnose(
        "repeated-value",
        { value },
        {
          place: { ...cell.place, end: row.at(-1)?.place.end ?? cell.place.end },
          related,
          help: "leave the second one out",
          ...(isSafe && edit && { fix: { title: "remove it", safety: "safe" as const, edits: [edit] } }),
        },
      ),
    );
    return false;
  });
  return { ...axis, rows };
}

/** The names of an axis' rows; two values that would have one name are told apart by the user, not by us. */
function checkedNames(axis: AxisDraft, diagnostics: Diagnostic[]): string[] {
  const names = rowNames(axis);
  const seen = new Map<string, Cell>();
  for (const [index, name] of names.entries()) {
    const cell = axis.rows[index]?.[0];
    const first = seen.get(name.toLowerCase());
    if (cell === undefined) continue;
    if (first === undefined) {
      seen.set(name.toLowerCase(), cell);
      continue;
    }
    const related = [{ place: first.place, text: "so is this" }];
    const help =
      "variants are named by their values' letters and digits: give one of them a head or a `let` of its own";
    diagnostics.push(diagnose("same-variant-name", { name }, { place: cell.place, related, help }));
  }
  return names;
}

/** Which variants `compare to` picks: by name, each variant's own. */
export function baselinesOf(
  { comparisons }: StudyDraft,
  { axes, combinations }: Combined,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, string> {
  /** By axis: the rows that every comparison of its paths leaves. */
  const left = new Map<number, readonly number[]>();
  for (const { path, cell } of comparisons) {
    const axis = axes.findIndex(({ paths }) => paths.some(({ text }) => text === path.text));
    const column = axes[axis]?.paths.findIndex(({ text }) => text === path.text) ?? -1;
    if (axis < 0) {
      const known = axes.flatMap(({ paths }) => paths.map(({ text }) => `\`${text}\``)).join(", ");
      const help = known === "" ? `add \`vary ${path.text}: …\`` : `it varies ${known}`;
      diagnostics.push(diagnose("not-varied", { path: path.text }, { place: path.place, help }));
      continue;
    }
    const key = valueKey(cell.node);
    const rows = axes[axis]?.rows ?? [];
    const fitting = (left.get(axis) ?? [...rows.keys()]).filter((row) => {
      const own = rows[row]?.[column];
      return own !== undefined && valueKey(own.node) === key;
    });
    left.set(axis, fitting);
    if (fitting.length === 0) {
      const listed = rows.map((cells) => `\`${cells[column]?.text}\``).join(", ");
      const facts = { path: path.text, value: cell.text };
      const help = `compare to one of ${listed}, or add it to \`vary\``;
      diagnostics.push(diagnose("baseline-missing", facts, { place: cell.place, help }));
    }
  }
  // Where several rows fit, the first of them.
  const wanted = new Map([...left].map(([axis, rows]) => [axis, rows[0]]));
  if (comparisons.length === 0 || left.size === 0 || [...wanted.values()].includes(undefined)) return new Map();
  const byRows = new Map(combinations.map(({ rows, name }) => [rows.join(), name]));
  const pairs = combinations.flatMap(({ rows, name }) => {
    const own = byRows.get(rows.map((row, axis) => wanted.get(axis) ?? row).join());
    return own === undefined ? [] : [[name, own] as const];
  });
  return new Map(pairs);
}
