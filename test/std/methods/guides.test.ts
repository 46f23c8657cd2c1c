/** The pages of `docs/methods/`: their models compile, what they name is there, and no number on them is untested. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compile, renderDiagnostic } from "../../../compiler/index.ts";
import { verifyProgram } from "../../../runtime/index.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = join(root, "docs/methods");
const pages = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
const sources = ["test/std", "test/golden"].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(root, room, name), "utf8")),
);
/** Whole numbers of four digits and more that tests name. */
const tested = new Set(
  sources.flatMap((source) => [...source.matchAll(/\d[\d_]{3,}/g)].map(([number]) => number.replaceAll("_", ""))),
);
const snippets = pages.flatMap(({ name, text }) =>
  [...text.matchAll(/^```llnet\n(.*?)^```$/gms)].map(([, code = ""]) => ({ name, code })),
);

test("every page has a model to compile", () => {
  const without = pages.map(({ name }) => name).filter((name) => !snippets.some((snippet) => snippet.name === name));
  expect(without.sort()).toEqual(["README.md"]);
});

test.for(snippets)("what $name shows compiles without diagnostics", ({ code }) => {
  const names = [...code.matchAll(/^model (\w+)/gm)].map(([, name = ""]) => name);
  for (const model of names) {
    const { program, diagnostics, sources } = compile({ file: "guide.llnet", text: code, model });
    expect(diagnostics.map((one) => renderDiagnostic(one, sources, { color: false }))).toEqual([]);
    expect(program && verifyProgram(program)).toEqual([]);
  }
});

test.for(pages)("what $name names is there", ({ name, text }) => {
  const named = [...text.matchAll(/`((?:test|examples)\/[\w./-]+)`/g)].map(([, path = ""]) => path);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const linked = [...text.matchAll(/\]\(([\w.-]+\.md)\)/g)].map(([, path = ""]) => path);
  expect(linked.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
  if (name === "README.md") expect(linked).toHaveLength(pages.length - 1);
});

const methods = pages.filter(({ name }) => name !== "README.md");

test.for(methods)(
  "$name cites the paper, and says what is verified, our choice, the split, the recipe and the traps",
  ({ text }) => {
    expect(text).toMatch(/arXiv \d{4}\.\d{5}|OpenReview \w+/);
    expect(text).toMatch(/Examples?:\s`examples\//);
    const sections = [...text.matchAll(/^\*\*([A-Z][a-z ]*)/gm)].map(([, title = ""]) => title.trim());
    expect(sections).toEqual(expect.arrayContaining(["Verified", "Our choice", "Split", "Recipe", "Traps"]));
    expect(text).toMatch(/\d,\d{3}/);
  },
);

test.for(pages)("every parameter count on $name is in a test", ({ text }) => {
  const written = text.replaceAll(/^```.*?^```$/gms, "").matchAll(/(?<![\d.])\d{1,3}(?:,\d{3})+/g);
  const missing = [...written].map(([number]) => number).filter((number) => !tested.has(number.replaceAll(",", "")));
  expect(missing).toEqual([]);
});
