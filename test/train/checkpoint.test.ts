import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { TrainingState } from "../../runtime/train/loop/index.ts";
import { emptySums, findCheckpoint, isTrainingError, writeCheckpoint } from "../../runtime/train/loop/index.ts";
import { temporaryDirectory } from "./support/training.ts";

function stateAt(totalSteps: number): TrainingState {
  return { epoch: 1, step: totalSteps, totalSteps, sums: emptySums, epochs: [] };
}

/** A trainer that writes the step's number as its weights, and fails like a full disk where asked. */
function saving(text: string, failure?: string) {
  return {
    weights: async () => new Map([["weight", new Float32Array([1])]]),
    async save(folder: string) {
      mkdirSync(folder);
      writeFileSync(join(folder, "weights.bin"), failure === undefined ? text : text.slice(0, 1));
      if (failure !== undefined) throw Object.assign(new Error(`${failure}: write`), { code: failure });
    },
  };
}

function expectCheckpoint(directory: string, totalSteps: number): void {
  const found = findCheckpoint(directory);
  if (isTrainingError(found)) throw new Error(found.message);
  expect(found.state.totalSteps).toBe(totalSteps);
  expect(readFileSync(join(found.weights, "weights.bin"), "utf8")).toBe(`weights ${totalSteps}`);
}

test("a checkpoint replaces the one before", async () => {
  const directory = join(temporaryDirectory(), "checkpoint");
  await writeCheckpoint(directory, stateAt(1), saving("weights 1"));
  await writeCheckpoint(directory, stateAt(12), saving("weights 12"));
  expectCheckpoint(directory, 12);
  expect(readdirSync(directory)).toHaveLength(1);
});

test.each(["ENOSPC", "EDQUOT", "EIO"])(
  "a disk that fails with %s leaves the checkpoint before and is one diagnostic",
  async (code) => {
    const directory = temporaryDirectory();
    await writeCheckpoint(directory, stateAt(1), saving("weights 1"));
    const error = await writeCheckpoint(directory, stateAt(2), saving("weights 2", code));
    expect(error).toMatchObject({
      code: "LL8030",
      name: "disk-full",
      message: expect.stringMatching(/^the checkpoint could not be written: /),
    });
    expectCheckpoint(directory, 1);
    expect(readdirSync(directory)).toHaveLength(1);
  },
);

test("a failure that is not the disk's is a bug and is thrown", async () => {
  const directory = temporaryDirectory();
  await expect(writeCheckpoint(directory, stateAt(1), saving("weights 1", "E_OF_OURS"))).rejects.toThrow("E_OF_OURS");
});

// A file system of 64 kB of our own, where the system lets ordinary users mount one.
const mountable = spawnSync("unshare", ["-Urm", "mount", "-t", "tmpfs", "llnet-test", tmpdir()]).status === 0;

test.skipIf(!mountable)("a disk that is really full leaves the checkpoint before", () => {
  const disk = temporaryDirectory();
  const script = [
    `mount -t tmpfs -o size=64k llnet-test '${disk}'`,
    `'${process.execPath}' --import tsx '${support("fill-disk.ts")}' '${disk}/checkpoint'`,
  ].join(" && ");
  // Without a word from the shell about a locale that is not installed.
  const options = { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } } as const;
  const { stdout, status, stderr } = spawnSync("unshare", ["-Urm", "bash", "-c", script], options);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({ code: "LL8030", kept: 1, loads: true });
});

test("a process killed with -9 while it writes checkpoints leaves one that is whole", async () => {
  const directory = temporaryDirectory();
  for (const milliseconds of [5, 17, 31, 53]) {
    const child = spawn(process.execPath, ["--import", "tsx", support("write-forever.ts"), directory], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    const found = findCheckpoint(directory);
    if (isTrainingError(found)) throw new Error(found.message);
    expect(readFileSync(join(found.weights, "weights.bin"), "utf8")).toBe(
      `weights ${found.state.totalSteps}`.repeat(20_000),
    );
  }
  // What the killed writers left behind is cleared away by the next one.
  await writeCheckpoint(directory, stateAt(900_000_000), saving("weights 900000000"));
  expectCheckpoint(directory, 900_000_000);
  expect(readdirSync(directory)).toHaveLength(1);
});

test("a run without a checkpoint, and a damaged one, are diagnostics", async () => {
  const directory = temporaryDirectory();
  expect(findCheckpoint(directory)).toMatchObject({ code: "LL8032" });
  const path = await writeCheckpoint(directory, stateAt(3), saving("weights 3"));
  writeFileSync(join(String(path), "state.json"), '{"epoch": 1, "st');
  expect(findCheckpoint(directory)).toMatchObject({ code: "LL8033", path });
});

function support(name: string): string {
  return fileURLToPath(new URL(`support/${name}`, import.meta.url));
}
