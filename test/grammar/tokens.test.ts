import { expect, test } from "vitest";
import { SyntaxParser } from "../../grammar/parser.ts";
import { tokenize } from "../../grammar/tokenize.ts";
import { createLexer, reservedWords, starterTypes, Word, wordTypes } from "../../grammar/tokens.ts";

const lexer = createLexer();
const kinds = (source: string): string =>
  tokenize(lexer, source)
    .tokens.map((token) =>
      token.tokenType.name === token.image ? token.image : `${token.tokenType.name}(${token.image})`,
    )
    .join(" ");

test("the lexer and the grammar pass Chevrotain's own validations", () => {
  expect(() => createLexer(true)).not.toThrow();
  expect(() => new SyntaxParser(true)).not.toThrow();
});

test.each([
  ["in input into inputs", "in input into Word(inputs)"],
  ["let letter return returns", "let Word(letter) return Word(returns)"],
  ["for format fn fnord", "for Word(format) fn Word(fnord)"],
  ["or order and andy not note", "or Word(order) and Word(andy) not Word(note)"],
  ["unit units by bypass", "unit units by Word(bypass)"],
  ["_ _a __", "_ Word(_a) Word(__)"],
  ["1..3", "Number(1) DotDot(..) Number(3)"],
  ["1.5..2", "Number(1.5) DotDot(..) Number(2)"],
  ["a.b[1].c", "Word(a) Dot(.) Word(b) LeftBracket([) Number(1) RightBracket(]) Dot(.) Word(c)"],
  ["1e-4 2E+3 0.5", "Number(1e-4) Number(2E+3) Number(0.5)"],
  ["a|>b=>c==d=e", "Word(a) Pipe(|>) Word(b) Arrow(=>) Word(c) EqualEqual(==) Word(d) Equals(=) Word(e)"],
  [
    "a<=b<c>=d>e!=f",
    "Word(a) LessEqual(<=) Word(b) Less(<) Word(c) GreaterEqual(>=) Word(d) Greater(>) Word(e) NotEqual(!=) Word(f)",
  ],
  ['"a // b" // c', 'String("a // b")'],
  ['"a\\"b"', 'String("a\\"b")'],
  ["\ufefflet\u00a0a", "let Word(a)"],
])("%j is cut into %s", (source, expected) => {
  expect(kinds(source)).toBe(expected);
});

test("every keyword is lexed as itself and stays a plain word when a letter follows", () => {
  for (const [word, type] of wordTypes) {
    const [alone] = tokenize(lexer, word).tokens;
    const [longer] = tokenize(lexer, `${word}x`).tokens;
    expect(alone?.tokenType).toBe(type);
    expect(longer?.tokenType).toBe(Word);
  }
});

test("every word that begins something is a keyword", () => {
  for (const type of starterTypes) expect(wordTypes.get(type.name)).toBe(type);
  expect(reservedWords.has("block")).toBe(false);
  expect(reservedWords.has("let")).toBe(true);
});

test("comments are collected in order, documentation apart from remarks", () => {
  const { comments } = tokenize(lexer, "/// what\n// why\n////////\nlet a = 1 //tail  \n");
  expect(comments.map(({ text, isDocumentation }) => [text, isDocumentation])).toEqual([
    ["what", true],
    ["why", false],
    ["//////", false],
    ["tail", false],
  ]);
});
