import { expect, test } from "vitest";
import { createAnalysis } from "../../../compiler/incremental/analysis.ts";
import { ruleScopes } from "../../../compiler/incremental/rule-scopes.ts";
import { splitText } from "../../../compiler/incremental/split-text.ts";
import { rules } from "../../../compiler/lint/registry.ts";
import { createFileHost } from "../../../compiler/source/file-host.ts";
import { createMemoryHost } from "../../../compiler/source/source-host.ts";
import { checkAndLint, inOrder } from "./cold.ts";
import { sampleFile } from "./sample-file.ts";

const extra = '{ } ( ) [ ] " /* */ // /// |> 1 , relu if for stem own half model let'.split(" ");
const studies = [
  "\nablate more of first {\n  vary train.epochs: 1, two\n}\n",
  "\nablate wide of first {\n  vary heads.local: own(), own(again = false), twice(hidden = widths[1])\n}\n",
];
const lines = [...studies, "\n", "\nlet q = 1", "\nmodel x {", "\nblock b(x) { return x }\n", "\nimport", "\r\n", "😀"];

test.each([1, 2, 3])("after random edits it says what check and lint say (seed %i)", (seed) => {
  let state = seed;
  const number = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  const host = createFileHost();
  const analysis = createAnalysis({ path: "net.llnet", host });
  let text = sampleFile;
  for (let round = 0; round < 40; round++) {
    const tokens = text.match(/\w+|\s+|[^\w\s]/g) ?? [];
    const at = number(tokens.length);
    const added = [...extra, ...lines];
    if (number(3) === 0) tokens.splice(at, 1 + number(3));
    else if (number(2) === 0) tokens.splice(at, 0, added[number(added.length)] ?? "");
    else tokens.splice(at, 1, tokens[number(tokens.length)] ?? "");
    text = round % 10 === 0 ? sampleFile : tokens.join("");
    const snapshot = analysis.update(text);
    for (const _ of snapshot.work());
    expect({ text, found: inOrder(snapshot.diagnostics()) }).toEqual({
      text,
      found: checkAndLint("net.llnet", text, host),
    });
  }
});

test("a change of an imported file is seen, and its end too", () => {
  const files: Record<string, string> = { "blocks.llnet": "block layer(x) { return x |> dense(4) }\n" };
  const host = { read: (path: string) => createMemoryHost(files, createFileHost()).read(path) };
  const analysis = createAnalysis({ path: "net.llnet", host });
  const text =
    'import { layer } from "./blocks"\nbackbone b() { unit a: layer }\nmodel m { input [4] classes 2 backbone b() }\n';
  const say = (): readonly string[] => {
    const snapshot = analysis.update(text);
    for (const _ of snapshot.work());
    return inOrder(snapshot.diagnostics());
  };
  expect(say()).toEqual(checkAndLint("net.llnet", text, host));
  files["blocks.llnet"] = "block layer(x) { return x |> conv(4, 3) }\n";
  const wrong = say();
  expect(wrong).toEqual(checkAndLint("net.llnet", text, host));
  expect(wrong.join()).toContain('"severity":"error"');
  delete files["blocks.llnet"];
  expect(say()).toEqual(checkAndLint("net.llnet", text, host));
});

test("what is wrong with a study is said as soon as it is, and no longer", () => {
  const host = createFileHost();
  const analysis = createAnalysis({ path: "net.llnet", host });
  const say = (text: string): readonly string[] => {
    const snapshot = analysis.update(text);
    for (const _ of snapshot.work());
    const found = inOrder(snapshot.diagnostics());
    expect(found).toEqual(checkAndLint("net.llnet", text, host));
    return found;
  };
  const before = say(sampleFile);
  const wrong = sampleFile.replace("into 1, into 2", "into 1, into 200");
  expect(say(wrong).join()).toContain("LL4005");
  expect(say(`${wrong} `).join()).toContain("LL4005");
  // A mistake in its model comes first.
  expect(say(wrong.replace("split after stem, body[1]", "split after stem, bodi[1]")).join()).not.toContain("200");
  expect(say(sampleFile)).toEqual(before);
  expect(say(sampleFile.replace("head own(", "head owned(")).join()).not.toContain("LL7");
});

test("a text is cut before its declarations, with their comments, and nothing is lost", () => {
  const pieces = splitText(sampleFile);
  expect(pieces.join("")).toBe(sampleFile);
  expect(pieces.map((piece) => piece.trim().split("\n")[0])).toContain(
    "// llnet-ignore unused-declaration: kept for later",
  );
  expect(splitText("\n\nlet a = 1\n/* let b = 2\nlet c */")).toHaveLength(1);
});

test("every rule that looks at more than one declaration says how much it looks at", () => {
  const looking = rules.filter(({ check }) => check !== undefined).map(({ name }) => name);
  expect(Object.keys(ruleScopes).sort()).toEqual(looking.sort());
});
