/** ts-morph structures in short; bodies are written by functions, declarations are handed over in one call. */
import type { FunctionDeclarationStructure, ImportDeclarationStructure, WriterFunction } from "ts-morph";
import { layoutHead, lineWidth } from "./code.ts";
import { loadTsMorph } from "./load-ts-morph.ts";
import type { FunctionText } from "./source-text.ts";

export type Statement = FunctionDeclarationStructure | ImportDeclarationStructure | WriterFunction;

/** Written as it stands, with an empty line before it. */
export function raw(text: string): Statement {
  return (writer) => {
    if (writer.getLength() > 0) writer.blankLineIfLastNot();
    writer.write(text);
  };
}

export function imported(module: string, names: readonly string[], isTypeOnly: boolean): Statement {
  const { StructureKind } = loadTsMorph();
  const sorted = [...names].sort(byImportOrder);
  const line = `${isTypeOnly ? "import type" : "import"} { ${sorted.join(", ")} } from "${module}";`;
  if (line.length <= lineWidth)
    return { kind: StructureKind.ImportDeclaration, moduleSpecifier: module, namedImports: sorted, isTypeOnly };
  const named = sorted.map((name) => `  ${name},\n`).join("");
  return (writer) => writer.write(`${isTypeOnly ? "import type" : "import"} {\n${named}} from "${module}";`);
}

function byImportOrder(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1;
}

/** A function; one whose head does not fit on a line is written by hand. */
export function declared(text: FunctionText): Statement {
  const { StructureKind } = loadTsMorph();
  const { name, parameters, returnType, documentation, body } = text;
  const tail = `${returnType === undefined ? "" : `: ${returnType}`} {`;
  const head = layoutHead(`function ${name}`, parameters, tail);
  if (head.includes("\n")) {
    return raw(`${comment(documentation)}\n${head}\n${indented(body)}\n}`);
  }
  return {
    kind: StructureKind.Function,
    name,
    parameters: parameters.map((parameter) => {
      const split = parameter.indexOf(": ");
      return { name: parameter.slice(0, split), type: parameter.slice(split + 2) };
    }),
    ...(returnType !== undefined && { returnType }),
    docs: [documentation.join("\n")],
    statements: (writer) => writer.write(body.join("\n")),
  };
}

export function comment(lines: readonly string[]): string {
  const [first = ""] = lines;
  return lines.length === 1
    ? `/** ${first} */`
    : ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"].join("\n");
}

function indented(body: readonly string[]): string {
  return body.join("\n").replace(/^(?=.)/gm, "  ");
}
