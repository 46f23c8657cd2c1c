/** The README's snippets: llnet compiles, TypeScript type-checks, and the first example is the file it says it is. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Project } from "ts-morph";
import { expect, test } from "vitest";
import { expandStudies } from "../../compiler/ablate/index.ts";
import { compile, renderDiagnostic } from "../../compiler/index.ts";
import { verifyProgram } from "../../runtime/index.ts";
import { root } from "./support/examples.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");

/** The blocks fenced as a language, in order. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text);
}

test("there are snippets to test", () => {
  expect(blocks("llnet").length).toBeGreaterThanOrEqual(2);
  expect(blocks("ts").length).toBeGreaterThanOrEqual(1);
});

const isStudy = (text: string) => /^ablate /m.test(text);
const models = blocks("llnet").filter((text) => !isStudy(text));

test.for(models.map((text) => ({ text, start: text.match(/model \w+/)?.[0] })))(
  "the README's $start compiles without diagnostics",
  ({ text }) => {
    const { program, diagnostics, sources } = compile({ file: "README.llnet", text });
    expect(diagnostics.map((one) => renderDiagnostic(one, sources, { color: false }))).toEqual([]);
    if (program === undefined) throw new Error("no diagnostics and no program");
    expect(verifyProgram(program)).toEqual([]);
  },
);

test("the README's study, put beside the examples, has variants without diagnostics", () => {
  const [text] = blocks("llnet").filter(isStudy);
  const { studies, diagnostics } = expandStudies({ file: join(root, "examples/readme.llnet"), text: text! });
  expect(diagnostics).toEqual([]);
  expect(studies.map(({ variants }) => variants.length)).toEqual([6]);
});

test("the README's TypeScript type-checks against the doors it imports", () => {
  const project = new Project({
    tsConfigFilePath: join(root, "tsconfig.json"),
    skipAddingFilesFromTsConfig: true,
    compilerOptions: {
      paths: {
        "llnet/compiler": [join(root, "compiler/index.ts")],
        "llnet/runtime": [join(root, "runtime/index.ts")],
      },
    },
  });
  const files = blocks("ts").map((text, index) => project.createSourceFile(join(root, `readme-${index}.ts`), text));
  const problems = files.flatMap((file) => file.getPreEmitDiagnostics());
  expect(project.formatDiagnosticsWithColorAndContext(problems)).toBe("");
});

test("the README shows the digits example as it is", () => {
  const file = readFileSync(join(root, "examples/digits.llnet"), "utf8");
  const code = (text: string): string => text.replaceAll(/^\/\/\/.*\n/gm, "");
  expect(blocks("llnet")[0]).toBe(code(file));
});
