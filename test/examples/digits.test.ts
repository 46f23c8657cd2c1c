/** The README's first command, from file to trained network, in this process. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findCheckpoint, isTrainingError } from "../../runtime/train/loop/index.ts";
import { runCli } from "../cli/support/run-cli.ts";
import { temporaryDirectory, withoutEngine } from "../train/support/training.ts";
import { root } from "./support/examples.ts";

const file = join(root, "examples/digits.llnet");

test.skipIf(withoutEngine)("the digits example reaches 95 % of the test images", async () => {
  const out = join(temporaryDirectory(), "run");
  const { code, out: text } = await runCli(["train", file, "--data", "digits", "--out", out, "--json"]);
  expect(code).toBe(0);
  const { epochs } = JSON.parse(text);
  expect(epochs).toHaveLength(30);
  expect(epochs.at(-1).test.samples).toBe(360);
  expect(epochs.at(-1).test.accuracy).toBeGreaterThanOrEqual(0.95);
});

test.skipIf(withoutEngine)(
  "a run of it stopped anywhere and continued leaves the same bytes as one that was not",
  async () => {
    const directory = temporaryDirectory();
    const train = (name: string, ...more: string[]) =>
      runCli(["train", file, "--data", "digits", "--epochs", "2", "--out", join(directory, name), ...more]);
    expect((await train("whole")).code).toBe(0);
    const whole = weightsOf(join(directory, "whole"));
    // 23 steps an epoch: inside the first, and between the two.
    for (const steps of ["5", "23"]) {
      expect((await train(steps, "--max-steps", steps)).code).toBe(0);
      expect(weightsOf(join(directory, steps))).not.toEqual(whole);
      expect((await runCli(["train", "--resume", join(directory, steps)])).code).toBe(0);
      expect(weightsOf(join(directory, steps))).toEqual(whole);
    }
  },
);

/** The checkpoint's weights, statistics and optimizer slots, as bytes. */
function weightsOf(run: string): readonly Buffer[] {
  const found = findCheckpoint(join(run, "checkpoint"));
  if (isTrainingError(found)) throw new Error(found.message);
  const files = readdirSync(found.weights).filter((name) => name.endsWith(".bin"));
  expect(files).not.toEqual([]);
  return files.map((name) => readFileSync(join(found.weights, name)));
}
