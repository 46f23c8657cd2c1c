/** Names of variants: what differs, and nothing else. */
import { printExpression } from "../../grammar/print.ts";
import type { Argument } from "../../grammar/syntax-tree.ts";
import type { AxisDraft, Cell } from "./draft.ts";
import { sha256 } from "./program-identity.ts";
import { calleeOf } from "./value-text.ts";

/** One name per row of an axis: `into-4`, `infopro-contrast-true`, `batch-64`. */
export function rowNames({ paths, rows }: AxisDraft): string[] {
  const columns = paths.map((path, column) => {
    const cells = rows.map((row) => row[column] as Cell);
    const names = cellNames(path.text, cells);
    // Of paths that vary together, one that stays the same names nothing.
    return rows.length > 1 && new Set(names).size === 1 ? undefined : names;
  });
  const telling = columns.filter((names) => names !== undefined);
  const shown =
    telling.length > 0
      ? telling
      : [
          cellNames(
            paths[0]?.text ?? "",
            rows.map((row) => row[0] as Cell),
          ),
        ];
  return rows.map((_, row) => shown.map((names) => names[row]).join("-"));
}

function cellNames(path: string, cells: readonly Cell[]): string[] {
  const measures = new Set(
    cells.map(({ node }) => (node.kind === "SplitInto" ? (node.measure?.text ?? "units") : undefined)),
  );
  return cells.map((cell) => short(slug(cellWords(path, cell, cells, measures.size === 1))));
}

function cellWords(path: string, cell: Cell, cells: readonly Cell[], sameMeasure: boolean): string {
  const { node, text } = cell;
  if (node.kind === "SplitInto" && sameMeasure) return `into ${printExpression(node.count)}`;
  if (node.kind === "SplitInto" || node.kind === "SplitAfter") return text;
  const callee = calleeOf(node);
  // A bare number says nothing without its path.
  if (callee === undefined) return `${path.split(".").at(-1)} ${text}`;
  const alike = cells.filter((other) => calleeOf(other.node) === callee);
  const argumentsOfAlike = alike.map(argumentWords);
  const own = argumentWords(cell).filter((word) => !argumentsOfAlike.every((words) => words.includes(word)));
  return [callee, ...own].join(" ");
}

function argumentWords({ node, text, isVerbatim }: Cell): string[] {
  const given: readonly Argument[] = node.kind === "Call" ? node.arguments : [];
  return given.map(({ name, value }) => {
    const written = isVerbatim
      ? text.slice(value.span.start - node.span.start, value.span.end - node.span.start)
      : printExpression(value).replaceAll("(call ", "(");
    return `${name === undefined ? "" : `${name.text} `}${written}`;
  });
}

/** Letters, digits and points, all else a hyphen; a sign is a word, since −1 and 1 are two values. */
function slug(words: string): string {
  return words
    .replace(/(?<=[(\s,]|^)-\s*(?=[\d.])|\(- (?=[\d.])/g, "minus-")
    .replace(/[^A-Za-z0-9.]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
}

/** File names have limits, and so have tables. */
function short(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 33).replace(/[-.]+$/, "")}-${sha256(name).slice(0, 6)}`;
}
