import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { claimHolder, claimTrial, isHolder, silenceSeconds } from "../../tools/ablation/claims.ts";

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
  hold(trial, "1", { host: hostname(), process: process.pid, boot: "", began: "another time" });
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
  const script = `import { claimTrial, isHolder } from ${JSON.stringify(claimsModule)};
    while (Date.now() < ${Date.now() + 2500}) {}
    console.log(isHolder(claimTrial(${JSON.stringify(trial)})) ? "other" : "mine");
    setTimeout(() => {}, 1500);`;
  const answers = await Promise.all(Array.from({ length: 6 }, () => output(script)));
  expect(answers.filter((answer) => answer === "mine")).toHaveLength(1);
  expect(answers.filter((answer) => answer === "other")).toHaveLength(5);
});

function output(script: string): Promise<string> {
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part) => {
    text += part;
  });
  return new Promise((resolve) => child.on("close", () => resolve(text.trim())));
}

function hold(trial: string, number: string, holder: object): string {
  mkdirSync(join(trial, "claims"), { recursive: true });
  const path = join(trial, "claims", number);
  writeFileSync(path, JSON.stringify(holder));
  return path;
}

function scratch(): string {
  return mkdtempSync(join(tmpdir(), "llnet-claims-"));
}
