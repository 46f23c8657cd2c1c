import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { runCli } from "./support/run-cli.ts";

const folders: string[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test("the first screen says what changed, what it costs and whether the checkpoint loads", async () => {
  const { code, out, error } = await runCli([
    "diff",
    "examples/digits.llnet",
    "--set",
    "heads.local=greedy([64])",
    "--set",
    "train.batch=32",
  ]);
  expect([code, error]).toEqual([0, ""]);
  expect(out).toMatchInlineSnapshot(`
    "examples/digits.llnet → examples/digits.llnet as set

    heads   module 1: greedy → greedy(hidden = [64]), 1 layer deeper (1 → 2), parameters 1,290 → 8,906
            module 2: greedy → greedy(hidden = [64]), 1 layer deeper (1 → 2), parameters 970 → 6,858
    recipe  batch 64 → 32

    module  units  parameters  head's parameters  saved per sample
    ──────────────────────────────────────────────────────────────
         1      1       8,320      1,290 → 8,906    808 B → 1.1 kB
         2      1      12,384        970 → 6,858    936 B → 1.2 kB
         3      1       6,858                                680 B

    inference    27,562 parameters
    training     29,822 → 43,326 (+45.3 %) parameters
    peak memory  131.4 kB → 90.3 kB (−31.3 %) for a training step of 64 → 32 samples
    checkpoint   does not load: 8 of the second's 16 tensors match by address and shape, 63.6 % of its numbers
                 4 are new: head[1].dense[2].kernel, head[1].dense[2].bias, …
                 4 have another shape: head[1].dense[1].kernel [128, 10] → [128, 64], head[1].dense[1].bias [10] → [64], …
    "
  `);
});

test("a file does not differ from itself; --exit-code tells scripts", async () => {
  const same = await runCli(["diff", "examples/digits.llnet", "examples/digits.llnet", "--exit-code"]);
  expect([same.code, same.out]).toEqual([
    0,
    "examples/digits.llnet → examples/digits.llnet\n\nnothing that is computed differs; a checkpoint of the first loads in the second\n",
  ]);
  const different = await runCli(["diff", "examples/digits.llnet", "--set", "train.batch=32", "--exit-code"]);
  expect(different.code).toBe(1);
});

test("models of one file are named behind an @", async () => {
  const { code, out } = await runCli([
    "diff",
    "examples/simple-dcl.llnet@adaptive",
    "examples/simple-dcl.llnet@static",
  ]);
  expect(code).toBe(0);
  expect(out).toContain(
    "adaptive → static\n\nheads  modules 1 to 2: dcl(width = 256) → dcl(width = 256, fixed = true)\n",
  );
});

test("a revision of the repository can be one side, with the imports it had", async () => {
  const folder = mkdtempSync(join(tmpdir(), "llnet-diff-"));
  folders.push(folder);
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...words], {
      cwd: folder,
      // Signed commits, hooks and line ends are the user's own affair.
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
    });
  const text = readFileSync("examples/digits.llnet", "utf8");
  const importing = text.replace('import { mlp }                from "std/backbones"', 'import { mlp } from "./own"');
  const own = readFileSync("std/backbones.llnet", "utf8").match(/backbone mlp\(widths[\s\S]*?\n\}\n/)?.[0] ?? "";
  writeFileSync(join(folder, "net.llnet"), importing);
  writeFileSync(join(folder, "own.llnet"), own);
  git("init", "-q");
  git("add", ".");
  git("commit", "-q", "-m", "first");
  writeFileSync(join(folder, "own.llnet"), own.replace("activation(dense(row, widths[i]))", "dense(row, widths[i])"));
  vi.spyOn(process, "cwd").mockReturnValue(folder);
  const here = process.cwd();
  expect(here).toBe(folder);
  const launcher = join(import.meta.dirname, "../../tools/cli/entry.ts");
  const tsx = join(import.meta.dirname, "../../node_modules/tsx/dist/cli.mjs");
  const out = execFileSync(process.execPath, [tsx, launcher, "diff", "git:HEAD:net.llnet", "net.llnet"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(out).toContain("other layers in units layer[1], layer[2] and layer[3]");
});

test.each<[string[], number, string]>([
  [["examples/digits.llnet"], 2, "there is nothing to compare the file with"],
  [["examples/digits.llnet", "nowhere.llnet"], 2, "nowhere.llnet"],
  [
    ["git:no-such-revision:examples/digits.llnet", "examples/digits.llnet"],
    2,
    "revision `no-such-revision` has no such file here",
  ],
  [["git:--help:examples/digits.llnet", "examples/digits.llnet"], 2, "is no revision"],
  [["examples/simple-dcl.llnet", "examples/simple-dcl.llnet"], 1, "adaptive"],
])("%j ends with %i and one message", async (words, code, message) => {
  const result = await runCli(["diff", ...words]);
  expect([result.code, result.out]).toEqual([code, ""]);
  expect(result.error).toContain(message);
});

test("--json has the same comparison as data", async () => {
  const { out } = await runCli(["diff", "examples/digits.llnet", "--set", "train.batch=32", "--json"]);
  const comparison = JSON.parse(out);
  expect(comparison.changes).toEqual([{ part: "recipe", text: "batch 64 → 32" }]);
  expect(comparison.checkpoint.loads).toBe(true);
});
