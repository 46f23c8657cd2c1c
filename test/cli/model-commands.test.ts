import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory, withoutEngine } from "../train/support/training.ts";
import { runCli } from "./support/run-cli.ts";

const example = "examples/digits.llnet";

function fileWith(text: string): string {
  const path = join(temporaryDirectory(), "net.llnet");
  writeFileSync(path, text);
  return path;
}

const two = `
import { mlp } from "std/backbones"
model small { input [64]  classes 10  backbone mlp(widths = [8]) }
model large { input [64]  classes 10  backbone mlp(widths = [16, 16])  split into 2 by units }
`;

test("checking a good file says nothing on stdout and ends with 0", async () => {
  const { code, out, error } = await runCli(["check", example]);
  expect({ code, out, error }).toEqual({ code: 0, out: "", error: "1 file checked, nothing to report\n" });
});

test("checking a bad file shows every mistake in its place and ends with 1", async () => {
  const path = fileWith("model a { input [64]  classes 10  backbone mpl() }\n");
  const { code, error } = await runCli(["check", path]);
  expect(code).toBe(1);
  expect(error).toMatch(/^error\[LL\d{4}\]: .*`mpl`/m);
  expect(error).toContain(`${path}:1:`);
  expect(error).toMatch(/1 file checked: 1 error, 0 warnings\n$/);
});

test("check --json gives the same diagnostics with lines and columns", async () => {
  const path = fileWith("model a {\n  input [64]\n  classes 10\n  backbone mpl()\n}\n");
  const { code, out } = await runCli(["check", path, example, "--json"]);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    files: [
      { file: path, diagnostics: [{ severity: "error", line: 4, column: 12, file: path }] },
      { file: example, diagnostics: [] },
    ],
    errors: 1,
  });
});

test.each(["check", "summary", "isolation", "train"])("%s of a file that is not there ends with 2", async (command) => {
  const { code, out, error } = await runCli([command, "no/such/file.llnet"]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(error).toMatch(/^error\[LL\d{4}\]: .*no\/such\/file\.llnet/);
});

test("check looks at every model of a file, other commands ask which one", async () => {
  const path = fileWith(two.replace("[16, 16]", "[16, 0]"));
  expect((await runCli(["check", path, "--model", "small"])).code).toBe(0);
  expect((await runCli(["check", path])).code).toBe(1);
  const asked = await runCli(["summary", path]);
  expect(asked.code).toBe(1);
  expect(asked.error).toMatch(/small.*large/s);
  const { out } = await runCli(["summary", path, "--model", "small", "--json"]);
  expect(JSON.parse(out).model).toBe("small");
});

test("--set overrides a part of the model, and a path that is not there is a diagnostic", async () => {
  const { out } = await runCli(["summary", example, "--set", "train.batch=7", "--json"]);
  expect(JSON.parse(out).batch).toBe(7);
  const wrong = await runCli(["summary", example, "--set", "train.bach=7"]);
  expect(wrong.code).toBe(1);
  expect(wrong.error).toContain("train.bach");
});

test("summary --json has a module's units, parameters, multiply-adds, heads and memory", async () => {
  const { code, out } = await runCli(["summary", example, "--batch", "16", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    model: "digits",
    batch: 16,
    modules: [
      {
        index: 1,
        units: expect.any(Array),
        parameters: expect.any(Number),
        macs: expect.any(Number),
        savedBytesPerSample: expect.any(Number),
      },
      { index: 2 },
      { index: 3 },
    ],
    parameters: {
      backbone: expect.any(Number),
      heads: expect.any(Number),
      context: 0,
      inference: expect.any(Number),
      training: expect.any(Number),
    },
    peakBytes: expect.any(Number),
  });
});

test.skipIf(withoutEngine)(
  "isolation --probe --json gives the computed and the measured matrix, and they agree",
  async () => {
    const { code, out } = await runCli(["isolation", example, "--probe", "--json"]);
    expect(code).toBe(0);
    const { losses, owners, reaches, measured } = JSON.parse(out);
    expect(reaches).toHaveLength(losses.length);
    expect(reaches[0]).toHaveLength(owners.length);
    expect(measured).toEqual(reaches);
  },
);

test("compile writes what was asked for and nothing half written", async () => {
  const directory = join(temporaryDirectory(), "new/build");
  const { code, out } = await runCli(["compile", example, "-o", directory, "--emit", "typescript,json,dot", "--json"]);
  expect(code).toBe(0);
  const { files } = JSON.parse(out);
  expect(files.map(({ path }: { path: string }) => path)).toEqual(
    ["digits.ts", "digits.json", "digits.dot"].map((name) => join(directory, name)),
  );
  expect(readdirSync(directory).sort()).toEqual(["digits.dot", "digits.json", "digits.ts"]);
  expect(JSON.parse(readFileSync(join(directory, "digits.json"), "utf8"))).toMatchObject({
    format: "llnet-step-program",
    name: "digits",
  });
});

test("compile into a place that takes no files is one diagnostic", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "file"), "");
  const { code, error } = await runCli(["compile", example, "-o", join(directory, "file"), "--emit", "json"]);
  expect({ code, error }).toEqual({
    code: 2,
    error: expect.stringMatching(/^error\[LL9020\]: the files could not be written: E/),
  });
});

test.skipIf(withoutEngine)("a file trains, is measured and continued from its run alone", async () => {
  const run = join(temporaryDirectory(), "run");
  const first = await runCli([
    "train",
    example,
    "--data",
    "digits",
    "--epochs",
    "2",
    "--seed",
    "5",
    "--max-steps",
    "30",
    "--out",
    run,
    "--json",
  ]);
  expect(first.code).toBe(0);
  expect(JSON.parse(first.out)).toMatchObject({ outcome: "step_limit", epochs: [{ epoch: 1 }] });
  const second = await runCli(["train", example, "--epochs", "2", "--seed", "5", "--resume", run, "--json"]);
  expect(second.code).toBe(0);
  expect(JSON.parse(second.out)).toMatchObject({ run, outcome: "finished", epochs: [{ epoch: 1 }, { epoch: 2 }] });
  expect(readFileSync(join(run, "source", example), "utf8")).toBe(readFileSync(example, "utf8"));
  expect((await runCli(["eval", run])).code).toBe(0);
});
