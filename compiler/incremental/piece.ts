import { type Comment, type Declaration, parse, type Span, type SyntaxProblem } from "../../grammar/index.ts";
import type { KeptText } from "./kept-text.ts";

/** A part of a file that is read alone. All places in it are offsets into the kept text. */
export interface Piece {
  readonly text: string;
  readonly base: number;
  readonly declarations: readonly Declaration[];
  readonly comments: readonly Comment[];
  readonly problems: readonly SyntaxProblem[];
}

export function readPiece(text: string, path: string, kept: KeptText): Piece {
  const base = kept.append(text);
  const { tree, errors } = parse(text, path);
  moveSpans([tree.declarations, tree.comments, errors], (offset) => offset + base);
  return { text, base, declarations: tree.declarations, comments: tree.comments, problems: errors };
}

/** Moves every span of freshly read trees; nobody else has seen them yet. */
export function moveSpans(root: object, move: (offset: number) => number): void {
  const moved = new Set<object>();
  const waiting: object[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (Array.isArray(node)) {
      for (const item of node) if (typeof item === "object" && item !== null) waiting.push(item as object);
      continue;
    }
    if (isSpan(node)) {
      if (moved.has(node)) continue;
      moved.add(node);
      const span = node as { start: number; end: number };
      span.start = move(span.start);
      span.end = move(span.end);
      continue;
    }
    for (const key in node) {
      const value = (node as Record<string, unknown>)[key];
      if (typeof value === "object" && value !== null) waiting.push(value);
    }
  }
}

/** Spans have no kind; nodes do. */
function isSpan(node: object): node is Span {
  return "start" in node && "end" in node && !("kind" in node);
}
