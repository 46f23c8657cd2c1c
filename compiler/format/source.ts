/** The text being formatted: its comments in order, each handed out once, and what stands between two places. */
import type { Comment } from "../../grammar/index.ts";

export interface Source {
  readonly text: string;
  /** The next comment that begins before `position`. */
  readonly hasBefore: (position: number) => boolean;
  /** All comments not yet handed out that begin before `position`. */
  readonly takeBefore: (position: number) => readonly Comment[];
  /** The comment on the line that `position` ends, if nothing but spaces is between. */
  readonly takeBehind: (position: number) => Comment | undefined;
  /** Whether nothing but space and other comments is between this comment and the `{` before it. */
  readonly isFirstInBraces: (comment: Comment) => boolean;
  /** The comment right behind an opening brace, if it begins before `limit`. */
  readonly takeBehindBrace: (limit: number) => Comment | undefined;
}

export function createSource(text: string, comments: readonly Comment[], from = 0): Source {
  let next = comments.findIndex(({ span }) => span.start >= from);
  if (next === -1) next = comments.length;
  const startOfNext = (): number => comments[next]?.span.start ?? Number.POSITIVE_INFINITY;
  return {
    text,
    hasBefore: (position) => startOfNext() < position,
    takeBefore(position) {
      const first = next;
      while (startOfNext() < position) next++;
      return comments.slice(first, next);
    },
    takeBehind(position) {
      const start = startOfNext();
      if (start === Number.POSITIVE_INFINITY || start < position) return undefined;
      return /^[ \t,]*$/.test(text.slice(position, start)) ? comments[next++] : undefined;
    },
    isFirstInBraces(comment) {
      let start = comment.span.start;
      for (let index = comments.indexOf(comment) - 1; ; index--) {
        const before = comments[index];
        const between = text.slice(before?.span.end ?? 0, start);
        if (between.trim() !== "" || before === undefined) return between.trimEnd().endsWith("{");
        start = before.span.start;
      }
    },
    takeBehindBrace(limit) {
      if (startOfNext() >= limit) return undefined;
      return /\{[ \t]*$/.test(text.slice(Math.max(0, startOfNext() - 200), startOfNext()))
        ? comments[next++]
        : undefined;
    },
  };
}

/** Whether the text has an empty line between two places. */
export function hasBlankLine({ text }: Source, from: number, to: number): boolean {
  return /\n[ \t\r]*\n/.test(text.slice(from, to));
}

/** Whether a line ends between two places. */
export function hasLineBreak({ text }: Source, from: number, to: number): boolean {
  return /[\r\n]/.test(text.slice(from, to));
}

/** The place just behind the next `character` that is in no comment. */
export function after({ text }: Source, character: string, from: number): number {
  for (let position = from; position < text.length; position++) {
    if (text[position] === character) return position + 1;
    if (text.startsWith("//", position)) {
      const end = text.indexOf("\n", position);
      if (end === -1) return text.length;
      position = end;
    }
  }
  return text.length;
}

/** A comment as it is written out: one space behind the slashes. */
export function commentText({ isDocumentation, text }: Comment, isMoved = false): string {
  // A `///` that documented nothing where it stood must not begin to where it is moved to.
  const slashes = isDocumentation && !isMoved ? "///" : "//";
  return text === "" ? slashes : `${slashes} ${text}`;
}
