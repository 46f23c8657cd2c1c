import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../train/support/training.ts";
import { runCli } from "./support/run-cli.ts";

function fileWith(text: string): string {
  const path = join(temporaryDirectory(), "net.llnet");
  writeFileSync(path, text);
  return path;
}

test("fmt formats a file in place, and a second time changes nothing", async () => {
  const path = fileWith("let  a=1");
  const { code, error } = await runCli(["fmt", path]);
  expect({ code, error }).toEqual({ code: 0, error: `1 file looked at, 1 changed:\n  ${path}\n` });
  expect(readFileSync(path, "utf8")).toBe("let a = 1\n");
  expect((await runCli(["fmt", path])).error).toBe("1 file looked at, nothing to change\n");
});

test("fmt --check changes nothing and ends with 1", async () => {
  const path = fileWith("let  a=1");
  const { code, error } = await runCli(["fmt", "--check", path]);
  expect({ code, error }).toEqual({ code: 1, error: `1 file looked at, 1 would change:\n  ${path}\n` });
  expect(readFileSync(path, "utf8")).toBe("let  a=1");
});

test("fmt says what is wrong with a file, formats the rest and ends with 1", async () => {
  const path = fileWith("let  a=1\nlet b =\nlet  c=2\n");
  const { code, error } = await runCli(["fmt", path]);
  expect(code).toBe(1);
  expect(error).toMatch(/^error\[LL1003\]/);
  expect(readFileSync(path, "utf8")).toBe("let a = 1\nlet b =\nlet c = 2\n");
});

test("fmt and lint leave what is no text alone and end with 2", async () => {
  const path = fileWith("\u0000");
  for (const command of ["fmt", "lint"]) {
    const { code, error } = await runCli([command, path]);
    expect({ code, error }).toEqual({ code: 2, error: expect.stringContaining("it is not text") as string });
  }
  expect((await runCli(["fmt", "no/such/file.llnet"])).code).toBe(2);
  expect((await runCli(["fmt"])).code).toBe(2);
});

const unused = 'import { greedy } from "std/heads"\n\nlet a = 1\n';

test("lint shows findings in their places and ends with 1", async () => {
  const path = fileWith(unused);
  const { code, out, error } = await runCli(["lint", path]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(error).toContain(`${path}:1:10`);
  expect(error).toMatch(/^warning\[LL2501\]: `greedy` is imported and not used\n/);
  expect(error).toMatch(/fix: remove the import\n\n1 file linted: 1 warning\n$/);
});

test("lint --fix repairs the file and ends with 0", async () => {
  const path = fileWith(unused);
  const { code, error } = await runCli(["lint", "--fix", path]);
  expect({ code, error }).toEqual({ code: 0, error: "1 file linted: nothing to report, 1 fix applied\n" });
  expect(readFileSync(path, "utf8")).toBe("\nlet a = 1\n");
});

test("a suppression with a reason silences one rule on one line, and is kept for reports", async () => {
  const path = fileWith(`// llnet-ignore unused-import: used next week\n${unused}`);
  const { code, out } = await runCli(["lint", "--format", "json", path]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    files: [{ diagnostics: [], suppressed: [{ name: "unused-import", reason: "used next week", line: 2 }] }],
  });
});

test("a configuration sets severities, and a wrong one is refused", async () => {
  const path = fileWith(unused);
  const configuration = `${path}.json`;
  writeFileSync(configuration, '{ "rules": { "unused-import": "error" } }');
  expect((await runCli(["lint", path, "--config", configuration])).error).toMatch(/^error\[LL2501\]/);
  writeFileSync(configuration, '{ "rules": { "unused-import": "off" } }');
  expect((await runCli(["lint", path, "--config", configuration])).code).toBe(0);
  writeFileSync(configuration, '{ "rules": { "unused-imports": "off" } }');
  const wrong = await runCli(["lint", path, "--config", configuration]);
  expect(wrong.code).toBe(2);
  expect(wrong.error).toMatch(/there is no rule `unused-imports`[\s\S]*did you mean `unused-import`\?/);
});

test("GitHub is given one workflow command per finding", async () => {
  const path = fileWith(unused);
  const { out } = await runCli(["lint", "--format", "github", path]);
  expect(out).toBe(
    `::warning file=${path},line=1,endLine=1,col=10,endColumn=16,title=LL2501 unused-import::\`greedy\` is imported and not used\n`,
  );
});

test("SARIF lists the rules that found something, results with regions, and suppressions with their reasons", async () => {
  const path = fileWith(`// llnet-ignore unused-import: later\n${unused}block b(x) {\n  let y = x\n  return x\n}\n`);
  const { out } = await runCli(["lint", "--format", "sarif", path]);
  expect(JSON.parse(out)).toMatchObject({
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "llnet", rules: [{ id: "LL2501", name: "unused-import" }, { id: "LL2502" }] } },
        results: [
          {
            ruleId: "LL2502",
            ruleIndex: 1,
            level: "warning",
            locations: [{ physicalLocation: { region: { startLine: 6, startColumn: 7, endLine: 6, endColumn: 8 } } }],
          },
          { ruleId: "LL2501", ruleIndex: 0, suppressions: [{ kind: "inSource", justification: "later" }] },
        ],
      },
    ],
  });
});

test("explain prints the page of a rule or a code, and knows near names", async () => {
  const { code, out } = await runCli(["explain", "unused-import"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^LL2501\n# unused-import\n/);
  expect((await runCli(["explain", "ll2501"])).out).toBe(out);
  const unknown = await runCli(["explain", "unused-imports"]);
  expect(unknown.code).toBe(2);
  expect(unknown.error).toContain("did you mean `unused-import`?");
});
