/** The pages of `docs/methods/`: their models compile, and the tests and examples they name are there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compile, renderDiagnostic } from "../../../compiler/index.ts";
import { verifyProgram } from "../../../runtime/index.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = join(root, "docs/methods");
const pages = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
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
