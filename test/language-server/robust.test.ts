import { expect, test } from "vitest";
import { sampleFile } from "../compiler/incremental/sample-file.ts";
import { startEditor } from "./client.ts";

const strange = [
  "{",
  "}",
  "(",
  ")",
  '"',
  "/*",
  "*/",
  "\u0000",
  "\ud800",
  "😀",
  "\r\n",
  "model",
  "\nlet",
  "after",
  "|>",
  "split after ",
];

/** A sequence that is the same in every run. */
function createNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state % below;
  };
}

test("whatever is typed, every request is answered and nothing is logged", async () => {
  const editor = await startEditor();
  const number = createNumbers(7);
  let text = sampleFile;
  await editor.open("net.llnet", text);
  const options = { tabSize: 2, insertSpaces: true };
  for (let round = 0; round < 60; round++) {
    const tokens = text.match(/\w+|\s+|[^\w\s]/g) ?? [];
    const at = number(tokens.length + 1);
    if (number(2) === 0) tokens.splice(at, 1 + number(3));
    else tokens.splice(at, 0, strange[number(strange.length)] ?? "");
    text = round % 15 === 14 ? sampleFile : tokens.join("");
    const cursor = number(text.length + 1);
    await editor.change("net.llnet", `${text.slice(0, cursor)}‸${text.slice(cursor)}`);
    const range = { start: { line: 0, character: 0 }, end: { line: 200, character: 0 } };
    for (const [method, more] of [
      ["hover", {}],
      ["completion", {}],
      ["signatureHelp", {}],
      ["definition", {}],
      ["references", { context: { includeDeclaration: true } }],
      ["documentSymbol", {}],
      ["foldingRange", {}],
      ["semanticTokens/full", {}],
      ["inlayHint", { range }],
      ["codeLens", {}],
      ["codeAction", { range, context: { diagnostics: [] } }],
      ["formatting", { options }],
      ["prepareRename", {}],
    ] as const) {
      expect(await editor.ask(`textDocument/${method}`, "net.llnet", more)).not.toBe(undefined);
    }
    expect(Array.isArray(await editor.diagnostics("net.llnet"))).toBe(true);
  }
  await editor.close();
});
