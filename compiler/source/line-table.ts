/** Offsets to lines and columns, computed only when something is shown to a person. */

export interface LineTable {
  /** 1-based line and 1-based column in characters (UTF-16 units) of an offset. */
  position(offset: number): { readonly line: number; readonly column: number };
  /** The text of a 1-based line, without its line end. */
  line(number: number): string;
  readonly count: number;
}

export function createLineTable(text: string): LineTable {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);

  function lineAt(offset: number): number {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  return {
    count: starts.length,
    position(offset) {
      const clamped = Math.min(Math.max(offset, 0), text.length);
      const line = lineAt(clamped);
      return { line: line + 1, column: clamped - (starts[line] ?? 0) + 1 };
    },
    line(number) {
      const start = starts[number - 1] ?? text.length;
      const next = starts[number];
      return text.slice(start, next === undefined ? text.length : next - 1).replace(/\r$/, "");
    },
  };
}
