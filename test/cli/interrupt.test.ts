import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { findCheckpoint, isTrainingError } from "../../runtime/train/loop/index.ts";
import { smallProgram, temporaryDirectory, withoutEngine } from "../train/support/training.ts";
import { compilerOf, runCli } from "./support/run-cli.ts";

/** A run that no machine ends in time, after its first step. */
async function longRun(): Promise<string> {
  const out = join(temporaryDirectory(), "run");
  const argv = ["train", "net.llnet", "--data", "synthetic:5x8x8x3:50:20", "--out", out, "--max-steps", "1"];
  const { code } = await runCli(argv, { services: compilerOf(smallProgram({ epochs: 1_000_000 })) });
  expect(code).toBe(0);
  return out;
}

/** Continues it in a process of its own; resolves once it trains. */
async function continueInChild(
  run: string,
): Promise<{ child: ChildProcess; ended: Promise<number | NodeJS.Signals | null>; error: () => string }> {
  const entry = fileURLToPath(new URL("../../tools/cli/entry.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", entry, "train", "--resume", run], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let error = "";
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once("exit", (code, signal) => resolve(code ?? signal)),
  );
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (text) => {
      error += text;
      if (/^epoch +2\/1,?000,?000/m.test(error)) resolve();
    });
    void ended.then(() => reject(new Error(`it ended by itself: ${error}`)));
  });
  return { child, ended, error: () => error };
}

function stepsOf(run: string): number {
  const found = findCheckpoint(join(run, "checkpoint"));
  if (isTrainingError(found)) throw new Error(found.message);
  return found.state.totalSteps;
}

test.skipIf(withoutEngine).each(["SIGINT", "SIGTERM"] as const)(
  "%s ends the run after its step with a checkpoint and 130",
  async (signal) => {
    const run = await longRun();
    const { child, ended, error } = await continueInChild(run);
    child.kill(signal);
    expect(await ended).toBe(130);
    expect(error()).toContain("stopping after this step, with a checkpoint");
    expect(stepsOf(run)).toBeGreaterThan(5);
  },
);

test.skipIf(withoutEngine)("a run killed with -9 continues from its last checkpoint", async () => {
  const run = await longRun();
  const { child, ended } = await continueInChild(run);
  child.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
  const steps = stepsOf(run);
  expect(steps).toBeGreaterThanOrEqual(5);
  const { code, out } = await runCli(["train", "--resume", run, "--json", "--max-steps", String(steps + 3)]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ outcome: "step_limit" });
  expect(stepsOf(run)).toBe(steps + 3);
});
