import type { StepProgram } from "../../runtime/program/step-program.ts";

/**
 * A StepProgram as JSON for people and tools: the order of keys is that of its definition, whatever built the object, and
 * whatever fits on a line of 120 columns stands on one, so that an instruction is a line.
 */
export function emitJson(program: StepProgram): string {
  return `${print(program, 0, 0)}\n`;
}

const lineWidth = 120;

/** Keys in the order of their definition; others follow as they are. */
const keyOrder = (
  "format version name classes inputShape module part primitive index units heads weight reaches address kind type role " +
  "owner inference initializer optimizer rate batch epochs augment normalize validation seed data value dataType shape start end loss " +
  "operands results attributes variables free label modules losses predictions inputs values sections instructions outputs " +
  "procedures recipe"
).split(" ");
const ranks = new Map(keyOrder.map((key, rank) => [key, rank]));

function print(value: unknown, indent: number, before: number): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const line = printLine(value, lineWidth - indent - before);
  if (line !== undefined) return line;
  const space = " ".repeat(indent + 2);
  if (Array.isArray(value)) {
    const isNumbers = value.every((element) => typeof element === "number");
    const lines = isNumbers
      ? fill(value, lineWidth - indent - 2)
      : value.map((element) => print(element, indent + 2, 1));
    return `[\n${space}${lines.join(`,\n${space}`)}\n${" ".repeat(indent)}]`;
  }
  const entries = entriesOf(value).map(([key, entry]) => {
    const start = `${JSON.stringify(key)}: `;
    return `${start}${print(entry, indent + 2, start.length + 1)}`;
  });
  return `{\n${space}${entries.join(`,\n${space}`)}\n${" ".repeat(indent)}}`;
}

/** The value on one line of at most `width` columns, or undefined. */
function printLine(value: unknown, width: number): string | undefined {
  if (width < 0) return undefined;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const parts: string[] = [];
  let length = 2;
  const entries = Array.isArray(value) ? value.map((element) => ["", element] as const) : entriesOf(value);
  for (const [key, entry] of entries) {
    const start = Array.isArray(value) ? "" : `${JSON.stringify(key)}: `;
    const line = printLine(entry, width - length - start.length);
    if (line === undefined) return undefined;
    parts.push(start + line);
    length += start.length + line.length + 2;
    if (length - 2 > width) return undefined;
  }
  if (Array.isArray(value)) return `[${parts.join(", ")}]`;
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

function entriesOf(value: object): [string, unknown][] {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return entries.sort(([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : a > b ? 1 : 0));
}

function rankOf(key: string): number {
  return ranks.get(key) ?? keyOrder.length;
}

function fill(numbers: readonly number[], width: number): string[] {
  const lines: string[] = [];
  for (const number of numbers) {
    const last = lines.at(-1);
    const longer = last === undefined ? `${number}` : `${last}, ${number}`;
    if (last !== undefined && longer.length < width) lines[lines.length - 1] = longer;
    else lines.push(`${number}`);
  }
  return lines;
}
