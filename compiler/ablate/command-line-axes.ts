/** `--set train.epochs=10,20`: axes from the command line, in place of a block's or beside them. */
import type { AblationValue } from "../../grammar/syntax-tree.ts";
import { overridePath } from "../2-elaborate/override.ts";
import { parseExpression, parseSplit } from "../2-elaborate/override-text.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type AxisDraft, type Cell, isSeedPath, type StudyDraft } from "./draft.ts";
import { valueKey } from "./value-text.ts";

/** The values by path as one text each: `10,20`. */
export type CommandLine = Readonly<Record<string, string>>;

/**
 * A path with several values is an axis, in the place of the block's own where it has one; what varied together with it goes on
 * varying alone. A path with one value is fixed:
 * for every variant, or as the only value of its axis. Seeds are repeated.
 */
export function withCommandLine(draft: StudyDraft, set: CommandLine, diagnostics: Diagnostic[]): StudyDraft {
  return Object.entries(set).reduce((study, [path, text]) => withPath(study, path, text, diagnostics), draft);
}

function withPath(study: StudyDraft, path: string, text: string, diagnostics: Diagnostic[]): StudyDraft {
  const file = overridePath(path);
  const cells = splitValues(path, text).flatMap(({ text: value, start }): Cell[] => {
    const place = { file, start, end: start + value.length };
    const parsed = parseValue(path, value, file);
    diagnostics.push(...parsed.diagnostics.map((problem) => ({ ...problem, primary: { ...problem.primary, place } })));
    return parsed.value === undefined ? [] : [{ text: value, node: parsed.value, place, isVerbatim: true }];
  });
  if (isSeedPath(path)) {
    const seeds = cells.flatMap((cell) => seedOf(cell, diagnostics));
    return { ...study, seeds };
  }
  const own = study.axes.find(({ paths }) => paths.some((each) => each.text === path));
  if (cells.length === 0) return study;
  if (own === undefined && cells.length === 1)
    return { ...study, base: new Map([...study.base, [path, cells[0] as Cell]]) };
  const axis: AxisDraft = {
    paths: [{ text: path, place: { file, start: 0, end: text.length } }],
    rows: cells.map((cell) => [cell]),
  };
  const axes =
    own === undefined
      ? [...study.axes, axis]
      : study.axes.flatMap((each) => (each === own ? [...without(each, path), axis] : [each]));
  return { ...study, axes };
}

/** What varies together with a path goes on varying without it; every row once. */
function without({ paths, rows }: AxisDraft, path: string): AxisDraft[] {
  const kept = paths.filter(({ text }) => text !== path);
  if (kept.length === 0) return [];
  const cut = rows.map((row) => row.filter((_, column) => paths[column]?.text !== path));
  const distinct = new Map(cut.map((row) => [row.map(({ node }) => valueKey(node)).join(" | "), row]));
  return [{ paths: kept, rows: [...distinct.values()] }];
}

function parseValue(
  path: string,
  text: string,
  file: string,
): { readonly value: AblationValue | undefined; readonly diagnostics: readonly Diagnostic[] } {
  if (path !== "split") return parseExpression(text, file);
  const { value, diagnostics } = parseSplit(text, file);
  return { value: value?.split, diagnostics };
}

function seedOf({ node, place, text }: Cell, diagnostics: Diagnostic[]): number[] {
  const ends = node.kind === "Range" ? [node.from, node.to] : [node, node];
  const [from, to] = ends.map((end) => (end?.kind === "Number" && end.isInteger ? end.value : Number.NaN));
  if (from === undefined || to === undefined || !(from >= 0 && to >= from && to - from < 10_000)) {
    const help = "write `--set seed=1,2,3` or `--set seed=1..3`";
    diagnostics.push(diagnose("wrong-seeds", { found: `\`${text}\`` }, { place, help }));
    return [];
  }
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/**
 * The values of a list without brackets, with where each begins. Commas inside brackets and strings part nothing; those of
 * `after a, b` neither. A split may stand in quotes, as shells make people write.
 */
export function splitValues(path: string, text: string): { readonly text: string; readonly start: number }[] {
  const parts: { text: string; start: number }[] = [];
  let [start, depth, inString] = [0, 0, false];
  const end = (at: number): void => {
    const part = text.slice(start, at);
    const value = part.trim();
    const offset = start + part.length - part.trimStart().length;
    start = at + 1;
    if (value !== "") parts.push(unquoted(path, value, offset));
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (inString) {
      if (letter === "\\") at++;
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if ("([{".includes(letter)) depth++;
    else if (")]}".includes(letter)) depth--;
    else if (letter === "," && depth === 0 && !continuesCuts(path, text.slice(at + 1))) end(at);
  }
  end(text.length);
  return parts;
}

/** In `after a, b` the comma parts two cuts, before `into` or `after` two values. */
function continuesCuts(path: string, rest: string): boolean {
  return path === "split" && !/^\s*"?\s*\(?\s*(into|after)\b/.test(rest);
}

function unquoted(path: string, text: string, start: number): { text: string; start: number } {
  const inner = path === "split" ? /^"(\s*(?:into|after)\b[^"]*)"$/.exec(text)?.[1] : undefined;
  return inner === undefined
    ? { text, start }
    : { text: inner.trim(), start: start + 1 + inner.length - inner.trimStart().length };
}
