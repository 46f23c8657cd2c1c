import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryDirectory, withoutEngine } from "../train/support/training.ts";
import { hasTerminal, interruptOnTerminal, screenOf } from "./support/terminal.ts";

const llnet = fileURLToPath(new URL("../../tools/cli/llnet.cjs", import.meta.url));
const digits = fileURLToPath(new URL("../../examples/digits.llnet", import.meta.url));

test("the screen is what a terminal makes of carriage returns and escapes", () => {
  expect(screenOf("one\r\ntwo\rT\r\nthree\r\n\u001b[2A\u001b[Jx")).toEqual(["one", "x"]);
  expect(screenOf("half\r\u001b[Kwhole\r\n^C\r\u001b[K")).toEqual(["whole", ""]);
});

test.skipIf(withoutEngine || !hasTerminal)("Ctrl-C leaves no redrawn line of a training behind", async () => {
  const folder = temporaryDirectory();
  const words = [process.execPath, llnet, "train", digits, "--data", "digits", "--set", "train.epochs=100000"];
  const { code, screen } = await interruptOnTerminal(words, /epoch \d+\/100000 {2}[━─]+/, folder);
  expect(code).toBe(130);
  expect(screen.filter((line) => /[━─]{4}|\^C/.test(line))).toEqual([]);
  expect(screen).toContain("stopping after this step, with a checkpoint; once more quits at once");
  expect(screen.at(-1)).toBe("");
});

test.skipIf(withoutEngine || !hasTerminal)("Ctrl-C leaves no redrawn table of a study behind", async () => {
  const folder = temporaryDirectory();
  copyFileSync(digits, join(folder, "digits.llnet"));
  const block = "ablate long of digits { vary train.epochs: 100000, 200000 }";
  writeFileSync(join(folder, "study.llnet"), `import { digits } from "./digits.llnet"\n${block}\n`);
  const words = [process.execPath, llnet, "ablate", "run", "study.llnet", "--data", "digits"];
  const { code, screen } = await interruptOnTerminal(words, /[2-9]\/100000/, folder);
  expect(code).toBe(130);
  expect(screen).toEqual([
    "2 trials; 1 at a time",
    "stopping: every trial at work writes its checkpoint; once more quits at once",
    expect.stringMatching(/^epochs-100000 seed 1 {2}interrupted; it continues from its checkpoint {2}\(0 of 2 done/),
    "0 of 2 trials done, 1 interrupted",
    "help: the same command goes on where this one stopped",
    "",
  ]);
});
