import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { claimHolder, claimTrial, isHolder, silenceSeconds } from "../../tools/ablation/claims.ts";
import { temporaryDirectory } from "../train/support/training.ts";

const claimsModule = new URL("../../tools/ablation/claims.ts", import.meta.url).href;

test("a claimed trial names its holder to everybody else, until it is released", () => {
  const trial = scratch();
  const claim = claimTrial(trial);
  if (isHolder(claim)) throw new Error("not claimed");
  expect(claimTrial(trial)).toMatchObject({ host: hostname(), process: process.pid });
  expect(claimHolder(trial)).toMatchObject({ process: process.pid });
  claim.release();
  expect(claimHolder(trial)).toBeUndefined();
  expect(isHolder(claimTrial(trial))).toBe(false);
});

test("the claim of a process that is gone is passed over and left as it was", () => {
  const trial = scratch();
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  hold(trial, "1", { host: hostname(), process: pid, boot: "", began: "1" });
  expect(claimHolder(trial)).toBeUndefined();
  expect(isHolder(claimTrial(trial))).toBe(false);
  expect(readdirSync(join(trial, "claims")).sort()).toEqual(["1", "2"]);
});

test("a process number that was given to another process is no sign of life", () => {
  const trial = scratch();
  const claim = claimTrial(trial);
  if (isHolder(claim)) throw new Error("not claimed");
  const own = claimHolder(trial);
  claim.release();
  hold(trial, "1", { ...own, began: "another time" });
  expect(isHolder(claimTrial(trial))).toBe(false);
});

test("a holder on another machine lives as long as it gives signs of life", () => {
  const trial = scratch();
  const file = hold(trial, "1", { host: "elsewhere", process: 1, boot: "", began: "" });
  expect(claimTrial(trial)).toMatchObject({ host: "elsewhere" });
  const old = new Date(Date.now() - 1000 * (silenceSeconds + 5));
  utimesSync(file, old, old);
  expect(isHolder(claimTrial(trial))).toBe(false);
});

test("of many processes that claim at the same moment, one gets the trial", async () => {
  const trial = scratch();
  // Each claims when it is told to, and lives until its input ends.
  const script = `import { claimTrial, isHolder } from ${JSON.stringify(claimsModule)};
    process.stdin.once("data", () => {
      console.log(isHolder(claimTrial(${JSON.stringify(trial)})) ? "other" : "mine");
    });
    console.log("ready");`;
  const claimants = Array.from({ length: 6 }, () => claimant(script));
  expect(await Promise.all(claimants.map(({ nextWord }) => nextWord()))).toEqual(Array(6).fill("ready"));
  for (const { child } of claimants) child.stdin?.write("now\n");
  const answers = await Promise.all(claimants.map(({ nextWord }) => nextWord()));
  for (const { child } of claimants) child.stdin?.end();
  expect(answers.sort()).toEqual(["mine", ...Array(5).fill("other")]);
});

/** A process and the lines it writes, one after the other; undefined after the last. */
function claimant(script: string) {
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, nextWord: async (): Promise<string | undefined> => (await lines.next()).value };
}

function hold(trial: string, number: string, holder: object): string {
  mkdirSync(join(trial, "claims"), { recursive: true });
  const path = join(trial, "claims", number);
  writeFileSync(path, JSON.stringify(holder));
  return path;
}

function scratch(): string {
  return temporaryDirectory();
}
