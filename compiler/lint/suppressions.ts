/** `// llnet-ignore rule-name: reason` silences that rule on the next line that is no comment. */
import type { Comment, Span, SyntaxTree } from "../../grammar/index.ts";
import { createLineTable } from "../source/line-table.ts";

export interface Suppression {
  readonly rule: string;
  readonly reason: string;
  readonly span: Span;
  /** The 1-based line it is about. */
  readonly line: number;
}

export function findSuppressions({ text, comments }: SyntaxTree): readonly Suppression[] {
  const marked = comments.filter(({ text: words }) => /^llnet-ignore\b/.test(words));
  if (marked.length === 0) return [];
  const table = createLineTable(text);
  const commentLines = new Set(
    comments.filter((each) => startsLine(text, each)).map(({ span }) => table.position(span.start).line),
  );
  return marked.map(({ text: words, span }) => {
    const [, rule = "", reason = ""] = /^llnet-ignore\s*([\w-]*)\s*:?\s*(.*)$/.exec(words) ?? [];
    let { line } = table.position(span.start);
    while (commentLines.has(line)) line++;
    return { rule, reason: reason.trim(), span, line };
  });
}

/** Whether nothing stands before the comment on its line. */
function startsLine(text: string, { span }: Comment): boolean {
  return text.slice(text.lastIndexOf("\n", span.start - 1) + 1, span.start).trim() === "";
}
