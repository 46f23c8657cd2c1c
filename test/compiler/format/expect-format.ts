/** The two assertions of the formatter's tests. Both also check that formatting again changes nothing and that the tree is kept. */
import { expect } from "vitest";
import { formatText } from "../../../compiler/format/index.ts";
import { parse, printTree } from "../../../grammar/index.ts";

/** The text is already as it should be. */
export function stays(text: string): void {
  becomes(text, text);
}

/** The text is laid out anew, and says the same. */
export function becomes(before: string, after: string): void {
  expect(expectKept(before)).toBe(after);
}

/** Formats valid text; the tree and all comments are still there, and the result is final. */
export function expectKept(text: string): string {
  const before = parse(text, "test.llnet");
  expect(before.errors).toEqual([]);
  const formatted = formatText(text, "test.llnet").text;
  const after = parse(formatted, "test.llnet");
  expect(after.errors, formatted).toEqual([]);
  expect(printTree(after.tree)).toBe(printTree(before.tree));
  expect(commentsOf(after)).toEqual(commentsOf(before));
  expect(formatText(formatted, "test.llnet").text).toBe(formatted);
  return formatted;
}

function commentsOf({ tree }: ReturnType<typeof parse>): readonly string[] {
  return tree.comments.map(({ text }) => text);
}
