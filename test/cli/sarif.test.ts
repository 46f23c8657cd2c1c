import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import draft04 from "ajv-draft-04";
import formats from "ajv-formats";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../train/support/training.ts";
import { runCli } from "./support/run-cli.ts";

const schema = JSON.parse(readFileSync(new URL("fixtures/sarif-2.1.0-rtm.5.json", import.meta.url), "utf8")) as object;

function validator() {
  const checker = new draft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
  formats.default(checker as unknown as Parameters<typeof formats.default>[0]);
  return checker.compile(schema);
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const files = {
  "unused.llnet": 'import { greedy } from "std/heads"\n\nlet a = 1\n',
  "suppressed.llnet": '// llnet-ignore unused-import: later\nimport { greedy } from "std/heads"\n',
  "a file with ü.llnet": "block b(x) {\n  let y = x\n  return x + ümlaut\n}\n",
  "broken.llnet": "model m { input [32, 32, 3\n classes }",
  "wrong.llnet":
    "backbone b() { unit a: conv(8, 3)\nunit c(x) { return x + conv(x, 4, 3) } }\nmodel m { input [8, 8, 3] classes 2 backbone b }\n",
};

test("SARIF of rules, suppressions, errors with related places and odd file names is valid against its schema", async () => {
  const { out } = await runCli(["lint", "--format", "sarif", folderWith(files)]);
  const log = JSON.parse(out) as { runs: { results: object[] }[] };
  expect(log.runs[0]?.results.length).toBeGreaterThan(4);
  expect(out).toContain('"relatedLocations"');
  const isValid = validator();
  isValid(log);
  expect(isValid.errors).toBeNull();
});

test("SARIF of findings that a baseline knows is valid, and names them suppressed from outside", async () => {
  const folder = folderWith(files);
  const baseline = join(folder, "baseline.json");
  await runCli(["lint", folder, "--baseline", baseline, "--write-baseline"]);
  const { out } = await runCli(["lint", folder, "--baseline", baseline, "--format", "sarif"]);
  const isValid = validator();
  isValid(JSON.parse(out));
  expect(isValid.errors).toBeNull();
  expect(out).toContain('"kind": "external"');
});

test("the schema would find a mistake", () => {
  const isValid = validator();
  expect(isValid({ version: "2.1.0", runs: [{ tool: {}, results: [{ level: "remark" }] }] })).toBe(false);
});
