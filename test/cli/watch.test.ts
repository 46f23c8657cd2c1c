import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../train/support/training.ts";
import { runCli } from "./support/run-cli.ts";

const net =
  'import { wide } from "./wide"\n\nbackbone b() {\n  unit a: dense(wide)\n}\nmodel m { input [4] classes 2 backbone b }\n';

/** Watches; after each round the next change is made, after the last one comes Ctrl-C. */
async function watched(
  argv: readonly string[],
  changes: readonly (() => void)[],
  { interactive = false } = {},
): Promise<{ code: number; rounds: readonly string[] }> {
  const rounds: string[] = [];
  let round = "";
  const { code } = await runCli([...argv, "--watch"], {
    interactive,
    onError(text, interrupt) {
      round += text;
      if (!text.startsWith("watching for changes")) return;
      rounds.push(round);
      round = "";
      const change = changes[rounds.length - 1];
      setImmediate(change ?? interrupt);
    },
  });
  return { code, rounds };
}

function project(): { folder: string; file: string; imported: string } {
  const folder = temporaryDirectory();
  const [file, imported] = [join(folder, "net.llnet"), join(folder, "wide.llnet")];
  writeFileSync(file, net);
  writeFileSync(imported, "let wide = 8\n");
  return { folder, file, imported };
}

test("check --watch checks again when the file or an import changes, and ends with 130", async () => {
  const { file, imported } = project();
  const { code, rounds } = await watched(
    ["check", file],
    [
      () => writeFileSync(imported, "let wide = 0\n"),
      // As editors do: a new file in the old one's place.
      () => {
        writeFileSync(`${imported}~`, "let wide = 9\n");
        renameSync(`${imported}~`, imported);
      },
      () => writeFileSync(file, net.replace("dense", "densse")),
    ],
  );
  expect(code).toBe(130);
  expect(rounds.map((text) => /error\[(LL\d+)\]/.exec(text)?.[1])).toEqual([undefined, "LL3003", undefined, "LL2001"]);
  expect(rounds.join("")).not.toContain("\u001b[2J");
});

test("lint --watch sees new files of a folder, and clears a terminal between rounds", async () => {
  const { folder } = project();
  const { code, rounds } = await watched(
    ["lint", folder],
    [() => writeFileSync(join(folder, "new.llnet"), 'import { greedy } from "std/heads"\n')],
    { interactive: true },
  );
  expect(code).toBe(130);
  expect(rounds).toHaveLength(2);
  expect(rounds[0]).toContain("2 files linted");
  expect(rounds[1]?.startsWith("\u001b[2J")).toBe(true);
  expect(rounds[1]).toContain("LL2501");
  expect(rounds[1]).toContain("3 files linted");
});

test("an import that is not there yet is waited for", async () => {
  const { file, folder } = project();
  writeFileSync(file, net.replace("./wide", "./later"));
  const { rounds } = await watched(
    ["check", file],
    [() => writeFileSync(join(folder, "later.llnet"), "let wide = 3\n")],
  );
  expect(rounds.map((text) => /error\[(LL\d+)\]/.exec(text)?.[1])).toEqual(["LL2003", undefined]);
});
