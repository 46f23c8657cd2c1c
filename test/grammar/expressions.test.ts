import { expect, test } from "vitest";
import { parse, printTree } from "../../grammar/index.ts";

/** The printed tree of one expression, which must be free of problems. */
function shape(expression: string): string {
  const { tree, errors } = parse(`let it = ${expression}`, "test.llnet");
  expect(errors).toEqual([]);
  return printTree(tree)
    .trimEnd()
    .replace(/^\(let it (.*)\)$/s, "$1");
}

test.each([
  // literals
  ["3", "3"],
  ["1.0", "1.0"],
  ["1e3", "1000.0"],
  ["1e-4", "0.0001"],
  ["007", "7"],
  ['"a\\n\\t\\"\\\\b"', '"a\\n\\t\\"\\\\b"'],
  ["true", "true"],
  ["false", "false"],
  ["[]", "[]"],
  ["[5, 0,]", "[5 0]"],
  ["[[1], [2, 3]]", "[[1] [2 3]]"],
  // precedence, from loose to tight
  ["a or b and c", "(or a (and b c))"],
  ["a and b or c", "(or (and a b) c)"],
  ["not a and b", "(and (not a) b)"],
  ["not a == b", "(not (== a b))"],
  ["not not a", "(not (not a))"],
  ["a == b + c", "(== a (+ b c))"],
  ["a < b and b <= c", "(and (< a b) (<= b c))"],
  ["1..n - 1", "(.. 1 (- n 1))"],
  ["a + 1..b * 2", "(.. (+ a 1) (* b 2))"],
  ["a - b - c", "(- (- a b) c)"],
  ["a / b * c", "(* (/ a b) c)"],
  ["a + b * c - d", "(- (+ a (* b c)) d)"],
  ["(a + b) * c", "(* (+ a b) c)"],
  ["-a * b", "(* (- a) b)"],
  ["- -a.b", "(- (- (. a b)))"],
  ["a - -1", "(- a (- 1))"],
  // suffixes
  ["x.channels", "(. x channels)"],
  ["a.b[1](2).c", "(. (call (index (. a b) 1) 2) c)"],
  ["clone(ahead)(x)", "(call (call clone ahead) x)"],
  ["chain[2..length(chain)]", "(index chain (.. 2 (call length chain)))"],
  ["x\n  .channels", "(. x channels)"],
  // calls
  ["f()", "(call f)"],
  ["conv(x, 16, 3, stride = 2,)", "(call conv x 16 3 stride=2)"],
  ["f(weight = 1, input = 2, block = 3)", "(call f weight=1 input=2 block=3)"],
  ["f(a == b)", "(call f (== a b))"],
  ["conv_decoder(_, widen = 2)", "(call conv_decoder _ widen=2)"],
  // pipes
  ["x |> f |> g(1)", "(pipe x f (call g 1))"],
  ["a + b |> relu", "(pipe (+ a b) relu)"],
  ["(x |> relu) + y", "(+ (pipe x relu) y)"],
  ["x |> for i in 1..3 { conv(64, 1) |> relu } |> g", "(pipe x (for i (.. 1 3) (pipe (call conv 64 1) relu)) g)"],
  ["x |> for _ in 1..n - 1 { relu }", "(pipe x (for _ (.. 1 (- n 1)) relu))"],
  ["x |> if a { f } else { g }", "(pipe x (if a f g))"],
  ["x |> module.head", "(pipe x (. module head))"],
  // choice, loops, functions
  ["if a { b } else { c }", "(if a b c)"],
  ["if a { b } else if c { d } else { e }", "(if a b (if c d e))"],
  ["1 + if a { 2 } else { 3 }", "(+ 1 (if a 2 3))"],
  ["match k { 2: [5, 1], 4: [6, 0], else: [5, 0] }", "(match k (2 [5 1]) (4 [6 0]) (else [5 0]))"],
  ['match k { "a": 1, }', '(match k ("a" 1))'],
  ["[f(i) for i in 1..n]", "[(call f i) for i in (.. 1 n)]"],
  ["(state, item) => state * item", "(lambda [state item] (* state item))"],
  ["() => 1", "(lambda [] 1)"],
  ["(x) => (y) => x |> y", "(lambda [x] (lambda [y] (pipe x y)))"],
  ["(x)", "x"],
  ["fold(a, [], (s, _) => s)", "(call fold a [] (lambda [s _] s))"],
  // ordinary words that are keywords elsewhere
  ["local + last * split - stage", "(- (+ local (* last split)) stage)"],
  ["input.shape", "(. input shape)"],
  ["backbone.units[1]", "(index (. backbone units) 1)"],
  ["classes", "classes"],
  [
    "units + weight + reach + into + after + by + with + of + to",
    "(+ (+ (+ (+ (+ (+ (+ (+ units weight) reach) into) after) by) with) of) to)",
  ],
])("%j means %s", (source, expected) => {
  expect(shape(source)).toBe(expected);
});

test("a bracket on a new line does not continue the expression above", () => {
  expect(printTree(parse("model m { heads { 1: a\n (last): b } }", "test.llnet").tree)).toBe(
    "(model m\n  (heads\n    1: a\n    last: b))\n",
  );
});

test("a keyword that begins a line continues the expression above when it can be a name", () => {
  const { tree, errors } = parse("let a = f(\n  block,\n  input\n)\nlet b =\n  weight\n", "test.llnet");
  expect(errors).toEqual([]);
  expect(printTree(tree)).toBe("(let a (call f block input))\n(let b weight)\n");
});

test("integers and floats are told apart by how they are written", () => {
  const { tree } = parse("let a = [1, 1.0, 1e2]", "test.llnet");
  const [declaration] = tree.declarations;
  if (declaration?.kind !== "Let" || declaration.value.kind !== "List") throw new Error("expected a list");
  const items = declaration.value.items.map((item) => item.kind === "Number" && [item.value, item.isInteger]);
  expect(items).toEqual([
    [1, true],
    [1, false],
    [100, false],
  ]);
});
