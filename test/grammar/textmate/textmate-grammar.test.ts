import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import type { IGrammar } from "vscode-textmate";
import { parse, type Span, visit } from "../../../grammar/index.ts";
import { tokenize } from "../../../grammar/tokenize.ts";
import { createLexer, StringToken, wordTypes } from "../../../grammar/tokens.ts";
import { type ColouredPiece, colour, loadGrammar } from "./support/colour.ts";

const root = new URL("../../../", import.meta.url);
const casesFolder = new URL("./cases/", import.meta.url);
const files = [...llnetFiles("std/"), ...llnetFiles("examples/"), "test/grammar/tour.llnet"];
let grammar: IGrammar;

beforeAll(async () => {
  grammar = await loadGrammar();
});

for (const name of readdirSync(casesFolder)) {
  test(`the colours drawn under the source of cases/${name} are those it gets`, () => {
    const { text, marks } = readCase(readFileSync(new URL(name, casesFolder), "utf8"));
    const pieces = colour(grammar, text);
    expect(marks.length).toBeGreaterThan(0);
    for (const { line, span, wanted } of marks) {
      for (let offset = span.start; offset < span.end; offset++) {
        const found = scopesAt(pieces, offset).at(-1) ?? "";
        const isString =
          wanted.startsWith("string") && scopesAt(pieces, offset).some((each) => each.startsWith(wanted));
        const word = JSON.stringify(text.slice(span.start, span.end));
        if (!isString && found !== `${wanted}.llnet`) throw new Error(`line ${line}, ${word}: ${found}, not ${wanted}`);
      }
    }
  });
}

test.each(files)("nothing in %s has an invalid colour", (file) => {
  const text = readFileSync(new URL(file, root), "utf8");
  const invalid = colour(grammar, text).filter(({ scopes }) => scopes.some((each) => each.startsWith("invalid")));
  expect(invalid.map(({ start, end }) => text.slice(start, end))).toEqual([]);
});

test.each(files)("words of %s are coloured as keywords exactly where the parser reads keywords", (file) => {
  const text = readFileSync(new URL(file, root), "utf8");
  const pieces = colour(grammar, text);
  const { tree, errors } = parse(text, file);
  expect(errors).toEqual([]);
  const names = new Set<number>();
  const take = ({ start }: Span) => names.add(start);
  visit(tree, {
    enter: (node) => {
      if (node.kind === "Name" || node.kind === "Reference") take(node.span);
      if (node.kind === "Member") names.add(node.span.end - node.name.text.length);
    },
  });
  const wrong: string[] = [];
  for (const { image, startOffset } of tokenize(createLexer(), text).tokens) {
    if (!wordTypes.has(image) || image === "_" || image === "true" || image === "false") continue;
    const found = scopesAt(pieces, startOffset).at(-1) ?? "";
    const isKeyword = /^(?:keyword|storage)\./.test(found);
    if (isKeyword === names.has(startOffset))
      wrong.push(`${text.slice(0, startOffset).split("\n").length}: ${image} ${found}`);
  }
  expect(wrong).toEqual([]);
});

test.each(files)("comments, strings and numbers of %s are where the lexer finds them", (file) => {
  const text = readFileSync(new URL(file, root), "utf8");
  const pieces = colour(grammar, text);
  const { tokens, comments } = tokenize(createLexer(), text);
  for (const { span, isDocumentation } of comments) {
    const wanted = isDocumentation ? "comment.line.documentation.llnet" : "comment.line.double-slash.llnet";
    expect(scopesAt(pieces, span.start)).toContain(wanted);
    expect(scopesAt(pieces, span.end - 1)).toContain(wanted);
  }
  const strings = tokens.filter(({ tokenType }) => tokenType === StringToken);
  for (const { startOffset } of strings) {
    expect(scopesAt(pieces, startOffset)).toContain("string.quoted.double.llnet");
  }
  const numbers = tokens.filter(({ image }) => /^\d/.test(image)).map(({ startOffset }) => startOffset);
  const coloured = pieces.filter(({ scopes }) => scopes.at(-1) === "constant.numeric.llnet").map(({ start }) => start);
  expect(coloured).toEqual(numbers);
});

test("the files above have every word of the language as a keyword, so that the comparison misses none", () => {
  const found = new Set<string>();
  for (const file of files) {
    const text = readFileSync(new URL(file, root), "utf8");
    for (const { start, end, scopes } of colour(grammar, text)) {
      const isWord = /^(?:keyword|storage|constant\.language|variable\.language\.placeholder)/.test(
        scopes.at(-1) ?? "",
      );
      if (isWord) found.add(text.slice(start, end));
    }
  }
  expect([...wordTypes.keys()].filter((word) => !found.has(word))).toEqual([]);
});

function llnetFiles(folder: string): readonly string[] {
  const names = readdirSync(fileURLToPath(new URL(folder, root))).filter((name) => name.endsWith(".llnet"));
  return names.map((name) => folder + name);
}

function scopesAt(pieces: readonly ColouredPiece[], offset: number): readonly string[] {
  return pieces.find(({ start, end }) => start <= offset && offset < end)?.scopes ?? [];
}

interface Mark {
  readonly line: number;
  readonly span: Span;
  readonly wanted: string;
}

/** Sources with what is expected under each line: `#  ^^^ scope`, or `<--- scope` for what begins in the first column. */
function readCase(written: string): { readonly text: string; readonly marks: readonly Mark[] } {
  const lines: string[] = [];
  const marks: Mark[] = [];
  let before = 0;
  for (const line of written.trimEnd().split("\n")) {
    const drawn = /^(?:#( *)(\^+)|<(-+)) (\S+)$/.exec(line);
    if (drawn === null) {
      before = lines.reduce((length, each) => length + each.length + 1, 0);
      lines.push(line);
      continue;
    }
    const [, space, carets, dashes, wanted = ""] = drawn;
    const column = carets === undefined ? 0 : (space ?? "").length + 1;
    const start = before + column;
    marks.push({ line: lines.length, span: { start, end: start + (carets ?? dashes ?? "").length }, wanted });
  }
  return { text: lines.join("\n"), marks };
}
