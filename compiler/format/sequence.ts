/** What stands between brackets with commas: arguments, list items, parameters, arms. */
import type { Span } from "../../grammar/index.ts";
import {
  comment,
  concat,
  type Document,
  fill,
  group,
  hardLine,
  line,
  nest,
  softLine,
  trailingComma,
  widthOf,
} from "./document.ts";
import { commentText, type Source } from "./source.ts";

export interface SequenceStyle {
  readonly open: string;
  readonly close: string;
  /** Several to a line where not all fit on one: for numbers. */
  readonly isFilled?: boolean;
  /** Spaces inside the brackets on one line: for braces. */
  readonly isSpaced?: boolean;
}

/** All on one line, or one per line with a comma behind each. `end` is behind the closing bracket. */
export function sequence<Node extends { readonly span: Span }>(
  source: Source,
  nodes: readonly Node[],
  end: number,
  { open, close, isFilled = false, isSpaced = false }: SequenceStyle,
  print: (node: Node) => Document,
): Document {
  const edge = isSpaced ? line : softLine;
  if (!source.hasBefore(end)) {
    if (nodes.length === 0) return open + close;
    const printed = nodes.map(print);
    if (isFilled) {
      const parts = printed.flatMap((document, index) =>
        index === printed.length - 1 ? [document] : [concat(document, ","), line],
      );
      return group(open, nest(edge, fill(parts)), trailingComma, edge, close);
    }
    const separated = printed.flatMap((document, index) => (index === 0 ? [document] : [",", line, document]));
    return group(open, nest(edge, ...separated), trailingComma, edge, close);
  }
  return withComments(source, nodes, end, { open, close, edge }, print);
}

/** With a comment inside, every element has a line of its own; comments stay before or behind theirs. */
function withComments<Node extends { readonly span: Span }>(
  source: Source,
  nodes: readonly Node[],
  end: number,
  { open, close, edge }: { readonly open: string; readonly close: string; readonly edge: Document },
  print: (node: Node) => Document,
): Document {
  const lines: Document[] = [];
  for (const node of nodes) {
    for (const above of source.takeBefore(node.span.start)) lines.push(comment(commentText(above)));
    const document = print(node);
    const behind = source.takeBehind(node.span.end);
    lines.push(behind === undefined ? concat(document, ",") : concat(document, ", ", comment(commentText(behind))));
  }
  for (const last of source.takeBefore(end)) lines.push(comment(commentText(last)));
  const parts = lines.flatMap((document) => [hardLine, document]);
  if (nodes.length > 0 && parts.every((part) => part === hardLine || Number.isFinite(widthOf(part)))) {
    // The comments were further inside, in an element that could take them: nothing here has to break.
    return group(
      open,
      nest(edge, ...lines.flatMap((document, index) => (index === 0 ? [document] : [line, document]))),
      edge,
      close,
    );
  }
  return concat(open, nest(...parts), hardLine, close);
}
