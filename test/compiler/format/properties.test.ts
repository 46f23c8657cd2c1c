import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatText } from "../../../compiler/format/index.ts";
import { parse, printTree } from "../../../grammar/index.ts";
import { tokenize } from "../../../grammar/tokenize.ts";
import { createLexer } from "../../../grammar/tokens.ts";
import { fc } from "../../support/fast-check.ts";
import { expectKept } from "./expect-format.ts";
import { program } from "./valid-programs.ts";

const lexer = createLexer();
const corpus = ["std/backbones", "std/heads", "std/recipes", "examples/digits", "test/grammar/tour"].map((name) =>
  readFileSync(new URL(`../../../${name}.llnet`, import.meta.url), "utf8"),
);

test("a generated program keeps its tree, and formatting it twice is formatting it once", () => {
  fc.assert(
    fc.property(program, (text) => void expectKept(text)),
    { numRuns: 300 },
  );
});

/** The tokens with arbitrary space between them, and comments of all kinds in any place where a line may end. */
function respaced(text: string, draws: readonly number[]): string {
  const { tokens, comments } = tokenize(lexer, text);
  const words = [
    ...tokens.map((token) => ({ text: token.image, start: token.startOffset })),
    ...comments.map(({ span }) => ({ text: text.slice(span.start, span.end), start: span.start })),
  ];
  words.sort((a, b) => a.start - b.start);
  return words
    .map((word, index) => {
      const draw = draws[index % draws.length] ?? 0;
      const next = words[index + 1]?.text ?? "";
      const isComment = word.text.startsWith("//");
      if (isComment) return `${word.text}\n${draw < 20 ? "\n" : ""}`;
      if (next === "(" || next === "[")
        return `${word.text}${/^[\w\])]/.test(word.text) && !/^(?:input|in|return|if|and|or|not|vary)$/.test(word.text) ? "" : " "}`;
      if (next.startsWith("//")) return `${word.text}${draw < 50 ? " " : "\n"}`;
      if (draw < 8) return `${word.text}${draw < 4 ? " " : "\n"}${draw % 4 === 0 ? "///" : "//"} note ${index}\n`;
      return word.text + (draw < 20 ? "\n\n\n" : draw < 40 ? "\n" : " ");
    })
    .join("");
}

test("however a file is spaced, and wherever it has comments, nothing is lost and the layout is final", () => {
  const draws = fc.array(fc.nat({ max: 99 }), { minLength: 7, maxLength: 40 });
  fc.assert(
    fc.property(fc.constantFrom(...corpus), draws, (text, drawn) => {
      const spaced = respaced(text, drawn);
      const before = parse(spaced, "test.llnet");
      expect(before.errors).toEqual([]);
      const formatted = formatText(spaced, "test.llnet").text;
      const after = parse(formatted, "test.llnet");
      expect(after.errors).toEqual([]);
      expect(printTree(after.tree)).toBe(printTree(before.tree));
      // In places where no rule expects a comment it moves, so only the set is compared.
      expect(after.tree.comments.map(({ text }) => text).sort()).toEqual(
        before.tree.comments.map(({ text }) => text).sort(),
      );
      expect(formatText(formatted, "test.llnet").text).toBe(formatted);
    }),
    { numRuns: 150 },
  );
});

test("space alone makes no difference where lines of pipes and empty lines stay", () => {
  for (const text of corpus) {
    const formatted = formatText(text, "test.llnet").text;
    const indented = formatted
      .replaceAll(/^ +/gm, (spaces) => `${spaces}\t `)
      .replaceAll(/(?<=^ *let \w+) = /gm, "   =  ");
    expect(formatText(indented, "test.llnet").text).toBe(formatted);
  }
});

test("any text at all is formatted without an exception, and damage is left as it is", () => {
  const broken = fc.tuple(fc.constantFrom(...corpus), fc.nat(), fc.nat({ max: 40 }), fc.string({ maxLength: 6 }));
  fc.assert(
    fc.property(broken, ([text, place, length, inserted]) => {
      const start = place % text.length;
      const damaged = text.slice(0, start) + inserted + text.slice(start + length);
      const { text: formatted, problems } = formatText(damaged, "test.llnet");
      if (problems.length === 0) return;
      const before = parse(damaged, "test.llnet").tree;
      const after = parse(formatted, "test.llnet").tree;
      expect(printTree(after)).toBe(printTree(before));
    }),
    { numRuns: 150 },
  );
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => void formatText(text, "test.llnet")));
});
