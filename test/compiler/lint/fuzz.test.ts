/** Whatever is written, every tool answers: checker, linter, fixes and formatter throw nothing, and fixes come to an end. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatText } from "../../../compiler/format/index.ts";
import { check } from "../../../compiler/index.ts";
import { fixFile, lintFile } from "../../../compiler/lint/index.ts";
import { tokenize } from "../../../grammar/tokenize.ts";
import { createLexer } from "../../../grammar/tokens.ts";
import { fc } from "../../support/fast-check.ts";
import { program } from "../format/valid-programs.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const lexer = createLexer();

const good = ["examples/digits.llnet", "examples/digits-forward-forward.llnet"].map(read);
const bad = readdirSync(new URL("docs/rules/", root))
  .filter((name) => name !== "README.md")
  .map((name) => /```llnet bad\n(.*?)```/s.exec(read(`docs/rules/${name}`))?.[1] ?? "");

/** Every tool on a text; diagnostics lie inside it. */
function answer(text: string): void {
  const file = "any.llnet";
  for (const { diagnostics } of [check({ file, text }), lintFile({ file, text })]) {
    for (const { primary, message } of diagnostics) {
      expect(message).not.toMatch(/undefined|NaN|\[object/);
      if (primary.place.file !== file) continue;
      expect(primary.place.start).toBeGreaterThanOrEqual(0);
      expect(primary.place.end).toBeLessThanOrEqual(text.length);
    }
  }
  formatText(text, file);
}

test("any bytes at all are answered", () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((each) => new TextDecoder().decode(each));
  fc.assert(fc.property(fc.oneof(bytes, fc.string({ unit: "binary", maxLength: 120 })), answer), { numRuns: 60 });
});

test("any words of the language in any order are answered", () => {
  const words = [...new Set(tokenize(lexer, good.join("\n")).tokens.map(({ image }) => image))];
  const sentence = fc.array(fc.oneof(fc.constantFrom(...words), fc.constant("\n")), { maxLength: 40 });
  fc.assert(
    fc.property(sentence, (parts) => answer(parts.join(" "))),
    { numRuns: 150 },
  );
});

test("a model with a token left out, doubled or put in is answered", () => {
  const change = fc.record({
    text: fc.constantFrom(...good),
    place: fc.nat(),
    kind: fc.constantFrom("delete", "double", "insert"),
    word: fc.constantFrom(
      "(",
      "}",
      "]",
      ",",
      ":",
      "=",
      "|>",
      "if",
      "for",
      "unit",
      "heads",
      "0",
      '"a"',
      "x",
      "last",
      "-",
    ),
  });
  fc.assert(
    fc.property(change, ({ text, place, kind, word }) => {
      const { tokens } = tokenize(lexer, text);
      const token = tokens[place % tokens.length];
      if (token === undefined) return;
      const end = token.startOffset + token.image.length;
      const written =
        kind === "delete" ? "" : kind === "double" ? `${token.image} ${token.image}` : `${token.image} ${word} `;
      answer(text.slice(0, token.startOffset) + written + text.slice(end));
    }),
    { numRuns: 40 },
  );
});

test("a model with another number in it is answered", () => {
  const change = fc.record({
    text: fc.constantFrom(...good),
    place: fc.nat(),
    number: fc.constantFrom("0", "-1", "1", "0.5", "3", "7", "1000", "1e300", "-0.0", "100000000000"),
  });
  fc.assert(
    fc.property(change, ({ text, place, number }) => {
      const numbers = [...text.matchAll(/\b\d[\d.e-]*/g)];
      const found = numbers[place % numbers.length];
      if (found === undefined) return;
      answer(text.slice(0, found.index) + number + text.slice(found.index + found[0].length));
    }),
    { numRuns: 20 },
  );
});

test("safe fixes of mixed mistakes end, leave none of their findings, and break nothing", () => {
  fc.assert(
    fc.property(fc.constantFrom(...bad), program, (text, more) => {
      const mixed = `${text}\n${more}`;
      const before = lintFile({ file: "a.llnet", text: mixed });
      const { text: fixed, result } = fixFile({ file: "a.llnet", text: mixed });
      expect(result.diagnostics.filter(({ fix }) => fix?.safety === "safe")).toEqual([]);
      const hasError = (found: typeof before): boolean =>
        found.diagnostics.some(({ severity }) => severity === "error");
      // An error may hide another one that shows when the first is gone, so only a good file must stay one.
      if (!hasError(before)) expect(hasError(result)).toBe(false);
      expect(fixFile({ file: "a.llnet", text: fixed }).applied).toBe(0);
    }),
    { numRuns: 25 },
  );
});
