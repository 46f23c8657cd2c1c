/** What stands line by line inside braces or in a file: statements, items, fields, entries, declarations, and comments. */
import type { Span } from "../../grammar/index.ts";
import { blankLine, comment, concat, type Document, group, hardLine, line, nest } from "./document.ts";
import { commentText, hasBlankLine, hasLineBreak, type Source } from "./source.ts";

/** One item as a column of labels and a column of values, or, without a label, as it is. */
export interface Item {
  /** `optimizer:`; the values of neighbours with labels begin in one column. */
  readonly label?: string;
  readonly value: Document;
  /** Whether it has braces of its own over several lines: such an item keeps its distance. */
  readonly isBlock?: boolean;
}

interface Row extends Item {
  readonly isComment: boolean;
  hasBlankBefore: boolean;
  trailing?: string;
}

/** `{ … }` with every node on a line of its own; one alone may stay on the line. `limit` is where the closing brace is. */
export function braces<Node extends { readonly span: Span }>(
  source: Source,
  nodes: readonly Node[],
  limit: number,
  print: (node: Node) => Item,
  spacing: Spacing<Node> = {},
): Document {
  const isOneLine = isKeptOnOneLine(source, nodes, limit);
  const opening = source.takeBehindBrace(nodes[0]?.span.start ?? limit);
  const content = rows(source, nodes, limit, print, { ...spacing, isInBraces: true });
  if (opening === undefined && content === undefined) return "{}";
  if (isOneLine && content !== undefined) return group("{", nest(line, content), line, "}");
  const head = opening === undefined ? "{" : concat("{ ", comment(commentText(opening)));
  return concat(head, content === undefined ? "" : nest(hardLine, content), hardLine, "}");
}

/** One node that the author left on the line of its brace: it stays there where it fits. */
function isKeptOnOneLine(source: Source, nodes: readonly { readonly span: Span }[], limit: number): boolean {
  const [only] = nodes;
  if (only === undefined || nodes.length > 1 || source.hasBefore(limit)) return false;
  const brace = source.text.lastIndexOf("{", only.span.start);
  return brace >= 0 && !hasLineBreak(source, brace, only.span.start);
}

export interface Spacing<Node> {
  /** Whether items in braces are set apart by empty lines. */
  readonly setsBlocksApart?: boolean;
  /** Whether the nodes stand in braces, so that a comment may have come from before those. */
  readonly isInBraces?: boolean;
  /** Whether an empty line must stand between two neighbours. */
  readonly separates?: (before: Node, after: Node) => boolean;
}

/** The nodes line by line with the comments between them; undefined where there is neither. */
export function rows<Node extends { readonly span: Span }>(
  source: Source,
  nodes: readonly Node[],
  limit: number,
  print: (node: Node) => Item,
  { setsBlocksApart = false, isInBraces = false, separates }: Spacing<Node> = {},
): Document | undefined {
  const found: Row[] = [];
  let end: number | undefined;
  let before: Node | undefined;
  const commentRows = (position: number): void => {
    for (const taken of source.takeBefore(position)) {
      const hasBlankBefore = end !== undefined && hasBlankLine(source, end, taken.span.start);
      const isMoved = isInBraces && before === undefined && taken.isDocumentation && !source.isFirstInBraces(taken);
      found.push({ value: comment(commentText(taken, isMoved)), isComment: true, hasBlankBefore });
      end = taken.span.end;
    }
  };
  for (const node of nodes) {
    const first = found.length;
    commentRows(node.span.start);
    const hasBlankBefore = end !== undefined && hasBlankLine(source, end, node.span.start);
    const item = print(node);
    // Comments where no rule expects them move above the statement they are in.
    for (const moved of source.takeBefore(node.span.end))
      found.push({ value: comment(commentText(moved, true)), isComment: true, hasBlankBefore: false });
    found.push({ ...item, isComment: false, hasBlankBefore });
    const start = found[first];
    if (before !== undefined && start !== undefined) {
      const isApart = found.slice(first).some((row) => row.hasBlankBefore);
      const isNextToBlock = setsBlocksApart && (item.isBlock === true || lastItem(found, first)?.isBlock === true);
      if (!isApart && (isNextToBlock || separates?.(before, node) === true)) start.hasBlankBefore = true;
    }
    end = node.span.end;
    const behind = source.takeBehind(end);
    const row = found.at(-1);
    if (behind !== undefined && row !== undefined) {
      row.trailing = commentText(behind);
      end = behind.span.end;
    }
    before = node;
  }
  commentRows(limit);
  return found.length === 0 ? undefined : assemble(found);
}

function lastItem(found: readonly Row[], before: number): Row | undefined {
  return found.slice(0, before).findLast((row) => !row.isComment);
}

/** Labels longer than this are not lined up with others: the values would end up far away. */
const widestLabel = 72;

function assemble(found: readonly Row[]): Document {
  const parts: Document[] = [];
  const widths = labelWidths(found);
  found.forEach((row, index) => {
    if (index > 0) parts.push(row.hasBlankBefore ? blankLine : hardLine);
    if (row.label !== undefined) parts.push(`${row.label.padEnd(widths[index] ?? 0)} `);
    parts.push(row.value);
    if (row.trailing !== undefined) parts.push(" ", comment(row.trailing));
  });
  return concat(...parts);
}

/** For each row the width of its run's label column; empty lines, comments and rows without labels end a run. */
function labelWidths(found: readonly Row[]): readonly number[] {
  const widths: number[] = [];
  for (let first = 0; first < found.length; ) {
    let next = first + 1;
    while (next < found.length && isLined(found[first]) && isLined(found[next]) && !found[next]?.hasBlankBefore) next++;
    const width = Math.max(...found.slice(first, next).map((row) => row.label?.length ?? 0));
    for (; first < next; first++) widths.push(width);
  }
  return widths;
}

function isLined(row: Row | undefined): boolean {
  return row?.label !== undefined && row.label.length <= widestLabel;
}
