import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { SyntaxNode } from "../../grammar/index.ts";
import { parse, visit } from "../../grammar/index.ts";
import { tokenize } from "../../grammar/tokenize.ts";
import { createLexer } from "../../grammar/tokens.ts";
import { fc } from "../support/fast-check.ts";

const tour = readFileSync(new URL("./tour.llnet", import.meta.url), "utf8");
const { tokens } = tokenize(createLexer(), tour);

/** Whatever the text: no exception, every place inside the text, children inside the text, problems in order. */
function expectSound(text: string): ReturnType<typeof parse> {
  const result = parse(text, "test.llnet");
  const inside = ({ start, end }: { start: number; end: number }): boolean =>
    start >= 0 && start <= end && end <= text.length;
  let before = 0;
  for (const problem of result.errors) {
    expect(problem.span).toSatisfy(inside);
    expect(problem.span.start).toBeGreaterThanOrEqual(before);
    before = problem.span.start;
    for (const { span } of problem.related ?? []) expect(span).toSatisfy(inside);
    expect(problem.message).not.toMatch(/undefined|NaN|Redundant|Expecting|-->|\.$/);
  }
  visit(result.tree, { enter: (node: SyntaxNode) => expect(node.span).toSatisfy(inside) });
  return result;
}

const word = fc.constantFrom(
  ..."let fn block head backbone recipe model ablate import tap shared loss return for in if else match unit group input".split(
    " ",
  ),
  ..."classes split heads context train readout vary repeat skip compare into after by with of to when weight reach".split(
    " ",
  ),
  ..."not and or true false a x off last at most 1 2.5 1e9 64MB".split(" "),
  ...'( ) [ ] { } , . .. : = == => |> + - * / < >= != _ "s" "open // /* @ é ; & \n \n'.split(" "),
  "\n",
  "/// doc\n",
);

test("any text at all is read without an exception", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => void expectSound(text)),
    { numRuns: 300 },
  );
});

test("any row of words of the language is read without an exception", () => {
  const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(" "));
  fc.assert(
    fc.property(text, (source) => void expectSound(source)),
    { numRuns: 600 },
  );
});

const place = fc.nat({ max: tokens.length - 1 });
const around = (index: number, replacement: (image: string) => string): string => {
  const token = tokens[index];
  if (token === undefined) throw new Error("no such token");
  const end = token.startOffset + token.image.length;
  return tour.slice(0, token.startOffset) + replacement(token.image) + tour.slice(end);
};

/** How many of the changed files report more than one problem, in percent; each change is one mistake. */
function echoes(change: (image: string) => string): number {
  const counts = tokens
    .filter((_, index) => index % 3 === 0)
    .map((_, index) => expectSound(around(index * 3, change)).errors.length);
  return (100 * counts.filter((count) => count > 1).length) / counts.length;
}

test("deleting any token of a good file is one problem, with few exceptions, and loses at most one declaration", () => {
  const whole = parse(tour, "test.llnet").tree.declarations.length;
  expect(echoes(() => "")).toBeLessThan(3);
  fc.assert(
    fc.property(place, (index) => {
      const { tree, errors } = expectSound(around(index, () => ""));
      expect(errors.length).toBeLessThanOrEqual(4);
      expect(tree.declarations.length).toBeGreaterThanOrEqual(whole - 1);
    }),
    { numRuns: 250 },
  );
});

test("doubling any token of a good file is one problem, with few exceptions", () => {
  expect(echoes((image) => `${image} ${image}`)).toBeLessThan(3);
});

test("inserting any word into a good file reports inside the text", () => {
  fc.assert(
    fc.property(place, word, (index, inserted) => void expectSound(around(index, (image) => `${inserted} ${image}`))),
    { numRuns: 250 },
  );
});

test("cutting a good file off anywhere reports at most two problems", () => {
  fc.assert(
    fc.property(fc.nat({ max: tour.length }), (length) => {
      const { errors } = expectSound(tour.slice(0, length));
      expect(errors.length).toBeLessThanOrEqual(2);
    }),
    { numRuns: 200 },
  );
});
