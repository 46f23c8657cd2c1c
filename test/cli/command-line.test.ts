import { expect, test } from "vitest";
import { runCli } from "./support/run-cli.ts";

const commands = ["check", "summary", "isolation", "compile", "train", "eval", "predict", "doctor"];

test("help lists every command on stdout", async () => {
  const { code, out, error } = await runCli(["--help"]);
  expect({ code, error }).toEqual({ code: 0, error: "" });
  for (const command of [...commands, "engine"]) expect(out).toMatch(new RegExp(`^  ${command} `, "m"));
});

test.each(commands)("%s --help shows its options and examples", async (command) => {
  const { code, out } = await runCli([command, "--help"]);
  expect(code).toBe(0);
  expect(out).toContain("--json");
  expect(out).toMatch(/Examples:\n {2}llnet /);
});

test("no command at all is a usage error with the help on stderr", async () => {
  const { code, out, error } = await runCli([]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(error).toContain("Usage: llnet");
});

test.each([
  [["trian", "a.llnet"], "unknown command 'trian'"],
  [["train", "a.llnet", "--epoch", "3"], "unknown option '--epoch'"],
  [["train", "a.llnet", "--epochs", "many"], "It must be a whole number."],
  [["train", "a.llnet", "--epochs", "0"], "It must be 1 or more."],
  [["train", "a.llnet", "--executor", "fast"], "There are graph, eager"],
  [["summary", "a.llnet", "--set", "train.batch"], "Write path=value"],
  [["compile", "a.llnet"], "required option '-o, --out <directory>' not specified"],
  [["compile", "a.llnet", "-o", "x", "--emit", "png"], "There is no `png`"],
  [["check"], "missing required argument 'path'"],
  [["train"], "there is nothing to train"],
  [["train", "--resume", "a", "--out", "b"], "`--resume` continues in the run's own directory"],
  [["train", "--resume", "a", "--epochs", "3"], "`--epochs` cannot change a run that has begun"],
  [["eval", "a.llnet"], "a file has no weights to measure"],
  [["predict", "a", "--samples", "9..1"], "Write a number, or two as in 0..9."],
])("%j is a usage error", async (argv, message) => {
  const { code, out, error } = await runCli(argv as string[]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(error).toContain(message);
  expect(error).not.toMatch(/^ {4}at /m);
});

test("a bug of ours is an internal error with an id and without a stack trace, and exit code 70", async () => {
  const services = {
    compiler: async () => {
      throw new Error("a variable nobody has defined\nsecond line");
    },
  };
  const { code, error } = await runCli(["check", "a.llnet"], { services });
  expect(code).toBe(70);
  expect(error).toMatch(/^internal error [0-9a-f]{8}: a variable nobody has defined\nhelp: /);
  expect(error).not.toMatch(/^ {4}at /m);
  const debug = await runCli(["check", "a.llnet"], { services, environment: { LLNET_DEBUG: "1" } });
  expect(debug.error).toMatch(/^ {4}at /m);
});

test("a missing engine is one diagnostic and exit code 4", async () => {
  const { EngineError } = await import("../../runtime/engine/index.ts");
  const services = {
    compiler: async () => {
      throw new EngineError("LL9010", "the native engine is missing", "run `npx llnet engine install`");
    },
  };
  const { code, error } = await runCli(["check", "a.llnet"], { services });
  expect({ code, error }).toEqual({
    code: 4,
    error: "error[LL9010]: the native engine is missing\nhelp: run `npx llnet engine install`\n",
  });
});
