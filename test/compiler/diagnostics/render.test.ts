import { expect, test } from "vitest";
import { diagnose } from "../../../compiler/diagnostics/diagnose.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import { renderDiagnostic } from "../../../compiler/diagnostics/render.ts";

/** The place of a word in a text. */
function placeOf(word: string, text: string, file = "a.llnet") {
  const start = text.indexOf(word);
  return { file, start, end: start + word.length };
}

function unknownName(word: string, text: string): Diagnostic {
  return diagnose("unknown-name", { name: word }, { place: placeOf(word, text), label: "nowhere defined" });
}

test("a label is drawn under its words, the message above, help below", () => {
  const text = "let a = 1\nlet b = c + a\n";
  const diagnostic = { ...unknownName("c", text), help: "did you mean `a`?" };
  expect(renderDiagnostic(diagnostic, new Map([["a.llnet", text]]))).toMatchInlineSnapshot(`
    "error[LL2001]: there is no \`c\` here
      ┌─ a.llnet:2:9
    2 │ let b = c + a
      │         ^ nowhere defined
    help: did you mean \`a\`?"
  `);
});

test("labels of several lines and files are all shown, the primary file first", () => {
  const a = "let a = 1\n\n\n\n\n\n\n\n\nlet c = b + a\n";
  const b = "let b = 2\n";
  const diagnostic = diagnose(
    "shape-mismatch",
    { message: "`add` needs two tensors of one shape" },
    {
      place: placeOf("b + a", a),
      label: "these differ",
      related: [
        { place: placeOf("1", a), text: "`a` is [batch, 1]" },
        { place: placeOf("2", b, "b.llnet"), text: "`b` is [batch, 2]" },
        { place: { file: "gone.llnet", start: 0, end: 3 }, text: "not seen" },
      ],
    },
  );
  expect(
    renderDiagnostic(
      diagnostic,
      new Map([
        ["a.llnet", a],
        ["b.llnet", b],
      ]),
    ),
  ).toMatchInlineSnapshot(`
    "error[LL3001]: \`add\` needs two tensors of one shape
       ┌─ a.llnet:10:9
     1 │ let a = 1
       │         - \`a\` is [batch, 1]
    10 │ let c = b + a
       │         ^^^^^ these differ
       ├─ b.llnet:1:9
     1 │ let b = 2
       │         - \`b\` is [batch, 2]
       ├─ gone.llnet"
  `);
});

test("tabs, wide characters and combining marks keep the underline in its place", () => {
  const text = '\tlet 名前 = "é" + wrong\n';
  expect(renderDiagnostic(unknownName("wrong", text), new Map([["a.llnet", text]]))).toMatchInlineSnapshot(`
    "error[LL2001]: there is no \`wrong\` here
      ┌─ a.llnet:1:17
    1 │     let 名前 = "é" + wrong
      │                      ^^^^^ nowhere defined"
  `);
});

test("an empty span and the end of the text get one mark", () => {
  const text = "let a =";
  const diagnostic = diagnose("no-model", {}, { place: { file: "a.llnet", start: 7, end: 7 } });
  expect(renderDiagnostic(diagnostic, new Map([["a.llnet", text]]))).toMatchInlineSnapshot(`
    "error[LL2050]: this file has no model
      ┌─ a.llnet:1:8
    1 │ let a =
      │        ^"
  `);
});

test("a span over several lines is drawn on its first one", () => {
  const text = "block a(x) {\n  return x\n}\r\n";
  const diagnostic = diagnose(
    "missing-return",
    { name: "a" },
    { place: { file: "a.llnet", start: 6, end: text.length } },
  );
  expect(renderDiagnostic(diagnostic, new Map([["a.llnet", text]]))).toMatchInlineSnapshot(`
    "error[LL2025]: \`a\` returns nothing
      ┌─ a.llnet:1:7
    1 │ block a(x) {
      │       ^^^^^^"
  `);
});

test("there are colours only where asked for", () => {
  const text = "let b = c";
  const sources = new Map([["a.llnet", text]]);
  const colored = renderDiagnostic(unknownName("c", text), sources, { color: true });
  const plain = renderDiagnostic(unknownName("c", text), sources);
  expect(plain).not.toContain("\u001b");
  expect(colored).toContain("\u001b[1;31merror[LL2001]");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  expect(colored.replaceAll(/\u001b\[[0-9;]*m/g, "")).toBe(plain);
});

test("control characters of a source do not reach the terminal", () => {
  const text = 'let a = "\u001b[2J" + c';
  expect(renderDiagnostic(unknownName("c", text), new Map([["a.llnet", text]]))).not.toContain("\u001b");
});
