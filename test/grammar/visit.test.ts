import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { SyntaxNode } from "../../grammar/index.ts";
import { children, parse, visit } from "../../grammar/index.ts";

const tour = readFileSync(new URL("./tour.llnet", import.meta.url), "utf8");
const { tree } = parse(tour, "test.llnet");

test("a visitor meets every kind of node the tour holds, parents before children", () => {
  const kinds = new Set<string>();
  const seen = new Set<SyntaxNode>();
  visit(tree, {
    enter: (node) => {
      kinds.add(node.kind);
      seen.add(node);
      for (const child of children(node)) expect(seen.has(child)).toBe(false);
    },
  });
  expect([...kinds].sort()).toMatchInlineSnapshot(`
    [
      "Ablate",
      "Address",
      "Argument",
      "Backbone",
      "Binary",
      "Block",
      "Boolean",
      "Call",
      "Classes",
      "Compare",
      "Comprehension",
      "Context",
      "Field",
      "File",
      "For",
      "Function",
      "Group",
      "Head",
      "Heads",
      "If",
      "IfStatement",
      "Import",
      "Index",
      "Input",
      "Lambda",
      "Let",
      "List",
      "Loss",
      "Match",
      "Member",
      "Model",
      "Name",
      "Number",
      "Parameter",
      "Path",
      "Pipe",
      "PipeLoop",
      "Placeholder",
      "Range",
      "Readout",
      "Recipe",
      "Reference",
      "Repeat",
      "Return",
      "SelectorEntry",
      "Shared",
      "Skip",
      "Split",
      "SplitAfter",
      "SplitInto",
      "String",
      "Tap",
      "Train",
      "Unary",
      "Unit",
      "UseBackbone",
      "Vary",
    ]
  `);
});

test("children lie inside their parents and in the order of the text", () => {
  visit(tree, {
    enter: (node) => {
      let before = node.span.start;
      for (const child of children(node)) {
        expect(child.span.start).toBeGreaterThanOrEqual(before);
        expect(child.span.end).toBeLessThanOrEqual(node.span.end);
        before = child.span.start;
      }
    },
  });
});

test("a function of a kind sees only that kind, and `false` passes over what is inside", () => {
  const names: string[] = [];
  visit(tree, {
    Block: (node) => {
      names.push(node.name.text);
      return false;
    },
    Tap: (node) => names.push(node.name.text),
  });
  expect(names).toEqual(["basic", "wide", "inner"]);
});

test("the place of a node is the text that says it", () => {
  const source = "let a = (b + c) * -d.e[1] |> f(g = 1)";
  const texts: string[] = [];
  visit(parse(source, "test.llnet").tree, {
    enter: (node) => texts.push(source.slice(node.span.start, node.span.end)),
  });
  expect(texts).toMatchInlineSnapshot(`
    [
      "let a = (b + c) * -d.e[1] |> f(g = 1)",
      "let a = (b + c) * -d.e[1] |> f(g = 1)",
      "a",
      "(b + c) * -d.e[1] |> f(g = 1)",
      "(b + c) * -d.e[1]",
      "b + c",
      "b",
      "c",
      "-d.e[1]",
      "d.e[1]",
      "d.e",
      "d",
      "e",
      "1",
      "f(g = 1)",
      "f",
      "g = 1",
      "g",
      "1",
    ]
  `);
});
