import { parse, printTree } from "../../grammar/index.ts";

/** Every problem of a source as text: the line with the place marked under it, message, label, related places, help. */
export function showProblems(source: string): string {
  const { errors } = parse(source, "test.llnet");
  const blocks = errors.map((problem) => {
    const lines = [
      `${problem.code} ${problem.name}: ${problem.message}`,
      mark(source, problem.span, "^", problem.label),
    ];
    for (const { span, label } of problem.related ?? []) lines.push(mark(source, span, "-", label));
    if (problem.help !== undefined) lines.push(`help: ${problem.help}`);
    return lines.join("\n");
  });
  return blocks.join("\n\n");
}

/** The tree and then the problems, for what is kept of a broken source. */
export function showTreeAndProblems(source: string): string {
  return `${printTree(parse(source, "test.llnet").tree)}\n${showProblems(source)}`;
}

function mark(source: string, span: { start: number; end: number }, sign: string, label: string): string {
  const lineStart = source.lastIndexOf("\n", span.start - 1) + 1;
  const [line = ""] = source.slice(lineStart).split("\n");
  const width = Math.max(1, Math.min(span.end, lineStart + line.length) - span.start);
  return `| ${line}\n| ${" ".repeat(span.start - lineStart)}${sign.repeat(width)} ${label}`;
}
