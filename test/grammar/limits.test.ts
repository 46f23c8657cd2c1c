import { expect, test } from "vitest";
import { parse } from "../../grammar/index.ts";

const names = (source: string): string[] => parse(source, "test.llnet").errors.map((problem) => problem.name);

test.each([
  ["parentheses", "(", ")"],
  ["lists", "[", "]"],
  ["calls", "f(", ")"],
  ["choices", "if a { ", " } else { 2 }"],
  ["matches", "match a { 1: ", " }"],
])("%s nest 100 deep and not 10,000 deep", (_, open, close) => {
  const nest = (depth: number): string => `let a = ${open.repeat(depth)}1${close.repeat(depth)}`;
  expect(names(nest(100))).toEqual([]);
  expect(names(nest(10_000))).toEqual(["nesting-too-deep"]);
});

test.each([
  ["else if", `if a { 1 } ${"else if a { 1 } ".repeat(20_000)} else { 2 }`],
  ["lambda", "() => ".repeat(20_000)],
  ["not", `${"not ".repeat(20_000)} a`],
  ["minus", `${"- ".repeat(20_000)} a`],
  ["sum", `a${" + a".repeat(20_000)}`],
  ["pipe", `a${" |> a".repeat(20_000)}`],
  ["member", `a${".a".repeat(20_000)}`],
  ["call", `a${"()".repeat(20_000)}`],
  ["unclosed parentheses", "(".repeat(20_000)],
  ["closing parentheses", ")".repeat(20_000)],
])("a chain of 20,000 times %s is one problem at most and no crash", (_, expression) => {
  const found = new Set(names(`let a = ${expression}`));
  expect(found.size).toBe(1);
});

test("statements nest without bound in the text and are refused", () => {
  expect(names(`block b(x) { ${"if a { ".repeat(5000)}`)).toEqual(["nesting-too-deep"]);
});

test("what stands before and after a declaration that is too deep is still there", () => {
  const { tree, errors } = parse(`let a = 1\nlet b = 1${" + 1".repeat(5000)}\nlet c = 3`, "test.llnet");
  expect(errors.map((problem) => problem.code)).toEqual(["LL1009"]);
  expect(tree.declarations.map((declaration) => declaration.kind === "Let" && declaration.name.text)).toEqual([
    "a",
    "c",
  ]);
});

test("a long declaration of moderate depth is read", () => {
  expect(names(`let a = [${"f(1), ".repeat(5000)}]`)).toEqual([]);
});

test("a file of more than four million characters is refused at once", () => {
  expect(names(" ".repeat(4 * 1024 * 1024))).toEqual([]);
  expect(names(" ".repeat(4 * 1024 * 1024 + 1))).toEqual(["file-too-large"]);
});

test("one parse leaves nothing behind for the next", () => {
  const clean = parse("let a = 1", "test.llnet");
  parse("let a = ((((", "test.llnet");
  parse(`let a = ${"() => ".repeat(20_000)}`, "test.llnet");
  expect(parse("let a = 1", "test.llnet")).toEqual(clean);
});
