/** A small layout engine: pieces of TypeScript, printed on one line where they fit into 120 columns, else broken. */

export type Code =
  | string
  | { readonly kind: "call"; readonly callee: string; readonly arguments: readonly Code[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [key: string, value: Code])[] }
  | { readonly kind: "array"; readonly elements: readonly Code[] };

export const lineWidth = 120;

export function call(callee: string, ...given: readonly Code[]): Code {
  return { kind: "call", callee, arguments: given };
}

export function object(entries: readonly (readonly [key: string, value: Code])[]): Code {
  return { kind: "object", entries };
}

export function array(elements: readonly Code[]): Code {
  return { kind: "array", elements };
}

/** `prefix code suffix` as lines, the first indented by `indent` spaces. */
export function layout(prefix: string, code: Code, suffix: string, indent: number): string {
  return " ".repeat(indent) + prefix + print(code, indent, indent + prefix.length, suffix.length) + suffix;
}

/** A statement of a function's body, laid out for its place there; the body's own indentation is left out. */
export function statement(prefix: string, code: Code, suffix = ";", depth = 0): string {
  return layout(prefix, code, suffix, 2 + depth).replace(/^ {2}/gm, "");
}

/** `head(parameters) tail` as it stands, or with one parameter per line. */
export function layoutHead(head: string, parameters: readonly string[], tail: string): string {
  const flatHead = `${head}(${parameters.join(", ")})${tail}`;
  if (flatHead.length <= lineWidth) return flatHead;
  return `${head}(\n${parameters.map((parameter) => `  ${parameter},\n`).join("")})${tail}`;
}

/** On one line. */
export function flat(code: Code): string {
  if (typeof code === "string") return code;
  switch (code.kind) {
    case "call":
      return `${code.callee}(${code.arguments.map(flat).join(", ")})`;
    case "object":
      return code.entries.length === 0 ? "{}" : `{ ${code.entries.map(flatEntry).join(", ")} }`;
    case "array":
      return `[${code.elements.map(flat).join(", ")}]`;
  }
}

/** How long it is on one line; of what is longer than the limit, any length above it. */
function lengthUpTo(code: Code, limit: number): number {
  if (typeof code === "string") return code.length;
  let length = 0;
  if (code.kind === "call") {
    length = code.callee.length + 2;
    for (const given of code.arguments) length = addUpTo(length, given, limit);
    return length + 2 * Math.max(0, code.arguments.length - 1);
  }
  if (code.kind === "array") {
    for (const element of code.elements) length = addUpTo(length, element, limit);
    return length + 2 * Math.max(1, code.elements.length);
  }
  for (const [key, value] of code.entries) {
    length = addUpTo(length + (value === key ? 0 : key.length + 2), value, limit);
  }
  return code.entries.length === 0 ? 2 : length + 2 + 2 * code.entries.length;
}

function addUpTo(length: number, code: Code, limit: number): number {
  return length > limit ? length : length + lengthUpTo(code, limit - length);
}

/** Shorthand where the value is named as its key. */
function flatEntry([key, value]: readonly [string, Code]): string {
  return value === key ? key : `${key}: ${flat(value)}`;
}

/** `column` is where the code starts, `rest` how many characters must follow on its last line. */
function print(code: Code, indent: number, column: number, rest: number): string {
  if (typeof code === "string") return code;
  if (column + lengthUpTo(code, lineWidth) + rest <= lineWidth && !mustBreak(code)) return flat(code);
  switch (code.kind) {
    case "call":
      return printCall(code.callee, code.arguments, indent, column);
    case "object":
      return printObject(code.entries, indent);
    case "array":
      return printArray(code.elements, indent);
  }
}

/** A last argument that is an object or a list of more than numbers breaks alone; otherwise every argument has its line. */
function printCall(callee: string, given: readonly Code[], indent: number, column: number): string {
  const last = given.at(-1);
  if (last !== undefined && typeof last !== "string" && last.kind !== "call" && hugs(last, given)) {
    const before = given.slice(0, -1).map((code) => `${flat(code)}, `);
    const opening = `${callee}(${before.join("")}`;
    if (column + opening.length + 1 <= lineWidth && !given.slice(0, -1).some(mustBreak)) {
      return `${opening}${last.kind === "object" ? printObject(last.entries, indent) : printArray(last.elements, indent)})`;
    }
  }
  return `${callee}(\n${given.map((code) => printLine(code, indent + 2)).join("")}${" ".repeat(indent)})`;
}

function hugs(last: Exclude<Code, string>, given: readonly Code[]): boolean {
  const beforeLast = given.at(-2);
  if (typeof beforeLast === "object" && beforeLast.kind === last.kind) return false;
  if (last.kind === "object") return last.entries.length > 0;
  return last.kind === "array" && last.elements.length > 0 && !(given.length > 1 && isNumbers(last.elements));
}

function printObject(entries: readonly (readonly [string, Code])[], indent: number): string {
  const lines = entries.map(([key, value]) => {
    const start = value === key ? "" : `${key}: `;
    const column = indent + 2 + start.length;
    return `${" ".repeat(indent + 2)}${start}${print(value, indent + 2, column, 1)},\n`;
  });
  return `{\n${lines.join("")}${" ".repeat(indent)}}`;
}

function printArray(elements: readonly Code[], indent: number): string {
  const body = isNumbers(elements)
    ? fillLines(elements as readonly string[], indent + 2)
    : elements.map((code) => printLine(code, indent + 2)).join("");
  return `[\n${body}${" ".repeat(indent)}]`;
}

function printLine(code: Code, indent: number): string {
  return `${" ".repeat(indent)}${print(code, indent, indent, 1)},\n`;
}

/** As many numbers on a line as fit. */
function fillLines(elements: readonly string[], indent: number): string {
  const lines: string[] = [];
  let line = "";
  for (const element of elements) {
    const longer = line === "" ? `${element},` : `${line} ${element},`;
    if (indent + longer.length <= lineWidth) line = longer;
    else {
      lines.push(line);
      line = `${element},`;
    }
  }
  lines.push(line);
  return lines.map((text) => `${" ".repeat(indent)}${text}\n`).join("");
}

function isNumbers(elements: readonly Code[]): boolean {
  return (
    elements.length > 1 && elements.every((element) => typeof element === "string" && /^-?\d[\d.e-]*$/.test(element))
  );
}

/** A list of several objects, or of several lists, of more than one entry each never stands on one line. */
function mustBreak(code: Code): boolean {
  if (typeof code === "string") return false;
  if (code.kind === "call") return code.arguments.some(mustBreak);
  if (code.kind === "object") return code.entries.some(([, value]) => mustBreak(value));
  const [first] = code.elements;
  if (first === undefined || code.elements.every((element) => typeof element === "string")) return false;
  const sizes = code.elements.map((element) =>
    typeof element === "string" || typeof first === "string" || element.kind !== first?.kind ? 0 : sizeOf(element),
  );
  return (code.elements.length > 1 && sizes.every((size) => size > 1)) || code.elements.some(mustBreak);
}

function sizeOf(code: Exclude<Code, string>): number {
  if (code.kind === "call") return 0;
  return code.kind === "object" ? code.entries.length : code.elements.length;
}
