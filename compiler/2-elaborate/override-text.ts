/** Parses the text of one override, as if it stood alone in a file of its own. */
import { parse } from "../../grammar/index.ts";
import type { Expression, SplitItem } from "../../grammar/syntax-tree.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { fromSyntaxProblem } from "../diagnostics/from-syntax-problem.ts";
import type { Scope } from "./scope.ts";

export const parseExpression = remembered((text, path): Result<Expression | undefined> => {
  if (/^\s*at\s+most\b/.test(text)) return parseLimit(text, path);
  const prefix = "let value = ";
  const { tree, diagnostics } = parseInside(prefix, text, "", path);
  const [declaration, further] = tree.declarations;
  if (diagnostics.length > 0) return { value: undefined, diagnostics };
  if (declaration?.kind !== "Let" || further !== undefined)
    return { value: undefined, diagnostics: [onlyOne(text, path)] };
  return { value: shifted(declaration.value, prefix.length, text.length), diagnostics };
});

/** `at most 64 MB`, which is an expression only as the value of a field. */
function parseLimit(text: string, path: string): Result<Expression | undefined> {
  const prefix = "recipe r { memory: ";
  const { tree, diagnostics } = parseInside(prefix, text, "\n}", path);
  const [declaration, further] = tree.declarations;
  if (diagnostics.length > 0) return { value: undefined, diagnostics };
  const fields = declaration?.kind === "Recipe" ? declaration.fields : [];
  const [field] = fields;
  if (field === undefined || fields.length > 1 || further !== undefined)
    return { value: undefined, diagnostics: [onlyOne(text, path)] };
  return { value: shifted(field.value, prefix.length, text.length), diagnostics };
}

/** `into 4 by memory` or `after stage[1].block[2]`. */
export const parseSplit = remembered((text, path): Result<SplitItem | undefined> => {
  const prefix = "model m { split ";
  const { tree, diagnostics } = parseInside(prefix, text, "\n}", path);
  const [declaration, further] = tree.declarations;
  if (diagnostics.length > 0) return { value: undefined, diagnostics };
  const items = declaration?.kind === "Model" ? declaration.items : [];
  const [item] = items;
  if (item?.kind !== "Split" || items.length > 1 || further !== undefined)
    return { value: undefined, diagnostics: [onlyOne(text, path)] };
  return { value: shifted(item, prefix.length, text.length), diagnostics };
});

type ParseText<Value> = (text: string, path: string) => Result<Value>;

/** A study gives the same few values again and again. */
function remembered<Value>(parseText: ParseText<Value>): ParseText<Value> {
  const limit = 256;
  const known = new Map<string, Result<Value>>();
  return (text, path) => {
    const key = JSON.stringify([path, text]);
    const found = known.get(key) ?? parseText(text, path);
    if (known.size >= limit) known.clear();
    known.set(key, found);
    return found;
  };
}

function parseInside(prefix: string, text: string, suffix: string, path: string) {
  const { tree, errors } = parse(`${prefix}${text}${suffix}`, path);
  const diagnostics: Diagnostic[] = errors.map((problem) =>
    shifted(fromSyntaxProblem(problem, path), prefix.length, text.length),
  );
  // The first mistake of a single value explains the others.
  return { tree, diagnostics: diagnostics.slice(0, 1) };
}

function onlyOne(text: string, path: string): Diagnostic {
  return diagnose(
    "invalid-value",
    { message: "expected one value" },
    { place: { file: path, start: 0, end: text.length } },
  );
}

/** The same data with every span moved back by the length of what was put in front, kept inside the text. */
function shifted<Data>(data: Data, by: number, length: number): Data {
  if (Array.isArray(data)) return data.map((item: unknown) => shifted(item, by, length)) as Data;
  if (typeof data !== "object" || data === null) return data;
  const moved = (offset: number) => Math.min(Math.max(offset - by, 0), length);
  const entries = Object.entries(data).map(([key, value]: [string, unknown]) => {
    const isOffset = (key === "start" || key === "end") && typeof value === "number";
    return [key, isOffset ? moved(value) : shifted(value, by, length)];
  });
  return Object.fromEntries(entries) as Data;
}

/** Enters every node below: it is evaluated, and its places are shown, in this scope. */
export function markOrigins(node: unknown, scope: Scope, origins: Map<object, Scope>): void {
  if (Array.isArray(node)) for (const item of node) markOrigins(item, scope, origins);
  else if (typeof node === "object" && node !== null) {
    if ("kind" in node && "span" in node) origins.set(node, scope);
    for (const value of Object.values(node)) markOrigins(value, scope, origins);
  }
}
