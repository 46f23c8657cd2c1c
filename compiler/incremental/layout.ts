/** Where the pieces of a file stand in the text a person sees. */
import { firstBase } from "./kept-text.ts";
import type { Piece } from "./piece.ts";

export interface Layout {
  /** The offset a person sees; undefined for what is no longer part of the text. */
  toShown(kept: number): number | undefined;
  toKept(shown: number): number;
  /** Both ends, of which the second stays in the piece of the first. */
  spanToShown(span: {
    readonly start: number;
    readonly end: number;
  }): { readonly start: number; readonly end: number } | undefined;
}

interface Row {
  readonly base: number;
  readonly length: number;
  readonly start: number;
}

export function createLayout(pieces: readonly Piece[], length: number): Layout {
  let start = 0;
  const shown: Row[] = pieces.map(({ base, text }) => {
    const row = { base, length: text.length, start };
    start += text.length;
    return row;
  });
  const kept = [...shown].sort((a, b) => a.base - b.base);

  function rowOf(offset: number): Row | undefined {
    const row = lastAtMost(kept, offset, ({ base }) => base);
    return row !== undefined && offset <= row.base + row.length ? row : undefined;
  }

  function toShown(offset: number): number | undefined {
    if (offset < firstBase) return Math.min(offset, length);
    const row = rowOf(offset);
    return row && row.start + offset - row.base;
  }

  return {
    toShown,
    toKept(offset) {
      const row = lastAtMost(shown, offset, (each) => each.start);
      return row === undefined ? firstBase : row.base + Math.min(offset - row.start, row.length);
    },
    spanToShown(span) {
      const from = toShown(span.start);
      const to = toShown(span.end);
      return from === undefined || to === undefined ? undefined : { start: from, end: to };
    },
  };
}

/** The last of the sorted rows whose value is at most the wanted one. */
function lastAtMost(rows: readonly Row[], wanted: number, value: (row: Row) => number): Row | undefined {
  let low = 0;
  let high = rows.length - 1;
  let found: Row | undefined;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const row = rows[middle] as Row;
    if (value(row) <= wanted) {
      found = row;
      low = middle + 1;
    } else high = middle - 1;
  }
  return found;
}
