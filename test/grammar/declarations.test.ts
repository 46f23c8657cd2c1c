import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse, printTree, syntaxProblemNames } from "../../grammar/index.ts";

const tour = readFileSync(new URL("./tour.llnet", import.meta.url), "utf8");

/** The printed tree of a whole source, which must be free of problems. */
function shape(source: string): string {
  const { tree, errors } = parse(source, "test.llnet");
  expect(errors).toEqual([]);
  return printTree(tree).trimEnd();
}

test("every construct of the tour reads without a problem and to the expected tree", async () => {
  await expect(`${shape(tour)}\n`).toMatchFileSnapshot("./tour.tree.txt");
});

test.each([
  ['import { a } from "x"', '(import [a] "x")'],
  ['import { a, block, } from "./b.llnet"', '(import [a block] "./b.llnet")'],
  ["let n = 3", "(let n 3)"],
  ["fn half(x) = x / 2", "(fn half [x] (/ x 2))"],
  ["block id(x) { return x }", "(block id [x]\n  (return x))"],
  ["block f(x, width: int = 16, stride: int, bias = false,) { }", "(block f [x width:int=16 stride:int bias=false])"],
  ["backbone b() { unit block: f unit head[2]: g }", "(backbone b []\n  (unit block f)\n  (unit head[2] g))"],
  ["backbone b() { unit up[1](x) { return x } }", "(backbone b []\n  (unit up[1] [x]\n    (return x)))"],
  ["head h(m) { loss a = b weight 2 reach 3 units }", "(head h [m]\n  (loss a b weight 2 reach 3 units))"],
  ["head h(m) { loss a = b reach 2 loss c = d }", "(head h [m]\n  (loss a b reach 2)\n  (loss c d))"],
  ["recipe r { batch: 3 heads: 4 }", "(recipe r\n  batch: 3\n  heads: 4)"],
  ["model m { }", "(model m)"],
  ["model m { train r readout: a }", "(model m\n  (train r)\n  (readout a))"],
  ["model m { train r { batch: 1 } }", "(model m\n  (train r\n    batch: 1))"],
  [
    "model m { train { memory: at most 64 MB order: parallel } }",
    '(model m\n  (train\n    memory: (call at_most 64 "MB")\n    order: parallel))',
  ],
  ["model m { split into 4 heads { } }", "(model m\n  (split into 4)\n  (heads))"],
  [
    "model m { split into 4 by units with a + b.c[1] with d }",
    "(model m\n  (split into 4 by units with [a b.c[1]] with [d]))",
  ],
  ["model m { split after a, b[2] classes 3 }", "(model m\n  (split after a b[2])\n  (classes 3))"],
  ["model m { heads { local: off last - 1: a } }", "(model m\n  (heads\n    local: off\n    (- last 1): a))"],
  [
    "ablate a of b { vary split: into 1, into 2 by macs }",
    "(ablate a of b\n  (vary split\n    (into 1)\n    (into 2 by macs)))",
  ],
  [
    "ablate a of b { vary split: after p, q, after r }",
    "(ablate a of b\n  (vary split\n    (after p q)\n    (after r)))",
  ],
  [
    "ablate a of b { vary (p, q.r): (1, off), ((after s, t), into(4)) }",
    "(ablate a of b\n  (vary p q.r\n    (1 off)\n    ((after s t) (call into 4))))",
  ],
  [
    "ablate a of b { repeat seed: 1..3 skip when x > 1 compare to split = into 1 }",
    "(ablate a of b\n  (repeat seed (.. 1 3))\n  (skip (> x 1))\n  (compare split (into 1)))",
  ],
])("%j is %s", (source, expected) => {
  expect(shape(source)).toBe(expected);
});

test("a model that is not indented still uses its backbone", () => {
  expect(shape("model m {\nbackbone resnet(depth = 32)\nclasses 10\n}")).toBe(
    "(model m\n  (backbone (call resnet depth=32))\n  (classes 10))",
  );
});

test("documentation belongs to the declaration or `let` below it and to nothing else", () => {
  const source = `
/// of the file, first
/// of the file, second
// a remark
block a(x) {
  /// of b
  let b = x   /// too late for b
  tap t = b
  /// of c
  let c = b
  return c
}
block d(x) { }`;
  const { tree } = parse(source, "test.llnet");
  const [a, d] = tree.declarations;
  if (a?.kind !== "Block" || d?.kind !== "Block") throw new Error("expected two blocks");
  expect(a.documentation).toBe("of the file, first\nof the file, second");
  expect(d.documentation).toBeUndefined();
  expect(a.body.map((statement) => (statement.kind === "Let" ? statement.documentation : statement.kind))).toEqual([
    "of b",
    "Tap",
    "of c",
    "Return",
  ]);
  expect(tree.comments.map((comment) => comment.text)).toHaveLength(6);
});

test("the examples of the reference grammar read without a problem", () => {
  const reference = readFileSync(new URL("../../grammar/GRAMMAR.md", import.meta.url), "utf8");
  const examples = [...reference.matchAll(/```llnet\n([\s\S]*?)```/g)].map(([, source]) => source ?? "");
  expect(examples.length).toBeGreaterThan(1);
  for (const example of examples) expect(parse(example, "GRAMMAR.md").errors).toEqual([]);
});

test("the reference grammar lists every problem by code and name", () => {
  const reference = readFileSync(new URL("../../grammar/GRAMMAR.md", import.meta.url), "utf8");
  const rows = [...reference.matchAll(/^\| (LL\d+) +\| ([a-z-]+) +\|/gm)].map(([, code, name]) => [code, name]);
  expect(Object.fromEntries(rows)).toEqual(syntaxProblemNames);
});
