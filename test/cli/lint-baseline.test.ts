import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../train/support/training.ts";
import { runCli } from "./support/run-cli.ts";

const old = 'import { greedy } from "std/heads"\n\nblock b(x) {\n  let y = x\n  return x\n}\n';

async function withBaseline(): Promise<{ file: string; baseline: string }> {
  const folder = temporaryDirectory();
  const file = join(folder, "net.llnet");
  const baseline = join(folder, "known.json");
  writeFileSync(file, old);
  const { code, error } = await runCli(["lint", file, "--baseline", baseline, "--write-baseline"]);
  expect({ code, error }).toEqual({ code: 0, error: `2 findings written to ${baseline}\n` });
  return { file, baseline };
}

test("what a baseline lists is passed over, also where its lines have moved", async () => {
  const { file, baseline } = await withBaseline();
  for (const text of [old, `// new\n\n${old}`]) {
    writeFileSync(file, text);
    const { code, error } = await runCli(["lint", file, "--baseline", baseline]);
    expect({ code, error }).toEqual({
      code: 0,
      error: "1 file linted: nothing to report, 2 known from the baseline\n",
    });
  }
});

test("what a baseline does not list is shown, and so is a second finding like a listed one", async () => {
  const { file, baseline } = await withBaseline();
  writeFileSync(file, `${old}block c(x) {\n  let y = x\n  let z = x\n  return x\n}\n`);
  const { code, error } = await runCli(["lint", file, "--baseline", baseline]);
  expect(code).toBe(1);
  expect(error).toContain(`${file}:8:7`);
  expect(error).toContain(`${file}:9:7`);
  expect(error).not.toContain(`${file}:4:7`);
  expect(error).toMatch(/1 file linted: 2 warnings, 2 known from the baseline\n$/);
});

test("what a baseline lists and is gone is named, until the baseline is written again", async () => {
  const { file, baseline } = await withBaseline();
  writeFileSync(file, old.replace("  let y = x\n", ""));
  const { code, error } = await runCli(["lint", file, "--baseline", baseline]);
  expect(code).toBe(1);
  expect(error).toContain("the baseline lists 1 finding that is gone");
  expect(error).toContain("unused-let at `let y = x`");
  await runCli(["lint", file, "--baseline", baseline, "--write-baseline"]);
  expect((await runCli(["lint", file, "--baseline", baseline])).code).toBe(0);
  const json = await runCli(["lint", file, "--baseline", baseline, "--json"]);
  expect(JSON.parse(json.out)).toMatchObject({ files: [{ diagnostics: [] }], known: 1, gone: [] });
});

test("findings of a file that is gone are gone; those of a file that was not linted are not asked for", async () => {
  const { file, baseline } = await withBaseline();
  const other = `${file}.other.llnet`;
  writeFileSync(other, "let a = 1\n");
  expect((await runCli(["lint", other, "--baseline", baseline])).code).toBe(0);
  rmSync(file);
  expect((await runCli(["lint", other, "--baseline", baseline])).error).toContain("2 findings that are gone");
});

test("errors of the compiler are in no baseline", async () => {
  const folder = temporaryDirectory();
  const file = join(folder, "net.llnet");
  const baseline = join(folder, "known.json");
  writeFileSync(file, "let a = no_such\n");
  await runCli(["lint", file, "--baseline", baseline, "--write-baseline"]);
  expect(JSON.parse(readFileSync(baseline, "utf8"))).toEqual({ version: 1, findings: [] });
  expect((await runCli(["lint", file, "--baseline", baseline])).code).toBe(1);
});

test("a baseline that is missing or none is refused", async () => {
  const { file, baseline } = await withBaseline();
  const missing = await runCli(["lint", file, "--baseline", `${baseline}.no`]);
  expect({ code: missing.code, error: missing.error }).toEqual({
    code: 2,
    error: expect.stringContaining("`--write-baseline` makes one") as string,
  });
  for (const text of ["[]", "{", '{ "version": 2, "findings": [] }', '{ "version": 1, "findings": [{}] }']) {
    writeFileSync(baseline, text);
    const { code, error } = await runCli(["lint", file, "--baseline", baseline]);
    expect(code).toBe(2);
    expect(error).toContain("is no baseline of llnet lint");
  }
});
