/** A diagnostic as text for people: the message, the source around every label, and what to do. */
import { createLineTable, type LineTable } from "../source/line-table.ts";
import type { Diagnostic, Label, Severity } from "./diagnostic.ts";
import { displayWidth, expandTabs } from "./display-width.ts";

export interface RenderOptions {
  /** Terminal colours; off unless asked for. */
  readonly color?: boolean;
}

/**
 *     error[LL3001]: `add` needs two tensors of one shape
 *        ┌─ examples/net.llnet:18:5
 *     12 │ let body = conv(x, 32, stride = 2)
 *        │                        ---------- height and width are halved here
 *     18 │ add(skip, body)
 *        │ ^^^^^^^^^^^^^^^ `skip` is [batch, 32, 32, 16], `body` is [batch, 16, 16, 32]
 *     help: …
 *
 * `sources` holds the text of every file by path; a label in a file that is not there shows its path only.
 */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  sources: ReadonlyMap<string, string>,
  options: RenderOptions = {},
): string {
  const paint = options.color ? colored : plain;
  const heading = paint[diagnostic.severity](`${diagnostic.severity}[${diagnostic.code}]`);
  const lines = [`${heading}${paint.strong(`: ${diagnostic.message}`)}`];
  const frames = framesOf(diagnostic, sources);
  const margin = Math.max(0, ...frames.map(({ widest }) => String(widest).length));
  frames.forEach((frame, position) => {
    const corner = position === 0 ? "┌─" : "├─";
    lines.push(`${" ".repeat(margin)} ${paint.frame(corner)} ${frame.heading}`);
    for (const line of frame.lines) {
      lines.push(`${paint.frame(`${String(line.number).padStart(margin)} │`)} ${line.text}`.trimEnd());
      for (const mark of line.marks) {
        const color = mark.isPrimary ? paint[diagnostic.severity] : paint.frame;
        const underline = color(`${(mark.isPrimary ? "^" : "-").repeat(mark.width)} ${mark.text}`.trimEnd());
        lines.push(`${" ".repeat(margin)} ${paint.frame("│")} ${" ".repeat(mark.column)}${underline}`);
      }
    }
  });
  if (diagnostic.help !== undefined) lines.push(`${paint.strong("help")}: ${diagnostic.help}`);
  if (diagnostic.fix !== undefined) lines.push(`${paint.strong("fix")}: ${diagnostic.fix.title}`);
  return lines.join("\n");
}

interface Frame {
  /** `file:line:column` of the first label. */
  readonly heading: string;
  readonly widest: number;
  readonly lines: readonly FrameLine[];
}

interface FrameLine {
  readonly number: number;
  readonly text: string;
  readonly marks: readonly Mark[];
}

interface Mark {
  /** In terminal cells. */
  readonly column: number;
  readonly width: number;
  readonly text: string;
  readonly isPrimary: boolean;
}

/** One frame per file, the primary label's file first. */
function framesOf(diagnostic: Diagnostic, sources: ReadonlyMap<string, string>): Frame[] {
  const labels = [diagnostic.primary, ...diagnostic.related];
  const files = [...new Set(labels.map(({ place }) => place.file))];
  return files.map((file) => {
    const inFile = labels.filter(({ place }) => place.file === file);
    const text = sources.get(file);
    if (text === undefined) return { heading: file, widest: 0, lines: [] };
    return frameOf(file, createLineTable(text), inFile, diagnostic.primary);
  });
}

function frameOf(file: string, table: LineTable, labels: readonly Label[], primary: Label): Frame {
  const marks = new Map<number, Mark[]>();
  for (const label of labels) {
    const { line, mark } = markOf(label, table, label === primary);
    marks.set(line, [...(marks.get(line) ?? []), mark]);
  }
  const numbers = [...marks.keys()].sort((a, b) => a - b);
  const first = table.position(labels[0]?.place.start ?? 0);
  const lines = numbers.map((number) => ({
    number,
    text: expandTabs(table.line(number)),
    marks: [...(marks.get(number) ?? [])].sort((a, b) => a.column - b.column),
  }));
  return { heading: `${file}:${first.line}:${first.column}`, widest: numbers[numbers.length - 1] ?? 0, lines };
}

/** A label over several lines is drawn under its first one, to its end. */
function markOf(label: Label, table: LineTable, isPrimary: boolean): { line: number; mark: Mark } {
  const { line, column } = table.position(label.place.start);
  const end = table.position(label.place.end);
  const text = table.line(line);
  const from = Math.min(column - 1, text.length);
  const to = end.line === line ? Math.min(end.column - 1, text.length) : text.trimEnd().length;
  const start = displayWidth(text.slice(0, from));
  const width = Math.max(1, displayWidth(text.slice(0, Math.max(from, to))) - start);
  return { line, mark: { column: start, width, text: label.text, isPrimary } };
}

type Paint = Record<Severity | "strong" | "frame", (text: string) => string>;

const plain: Paint = { error: same, warning: same, info: same, strong: same, frame: same };

const colored: Paint = {
  error: (text) => `\u001b[1;31m${text}\u001b[0m`,
  warning: (text) => `\u001b[1;33m${text}\u001b[0m`,
  info: (text) => `\u001b[1;36m${text}\u001b[0m`,
  strong: (text) => `\u001b[1m${text}\u001b[0m`,
  frame: (text) => `\u001b[34m${text}\u001b[0m`,
};

function same(text: string): string {
  return text;
}
