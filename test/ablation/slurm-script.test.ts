import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type LauncherSettings, readLauncher } from "../../tools/ablation/launch/settings.ts";
import { slurmScripts } from "../../tools/ablation/launch/slurm.ts";
import { kubernetesJob, rayCommands } from "../../tools/ablation/launch/specifications.ts";
import type { Job } from "../../tools/ablation/runner.ts";
import { temporaryDirectory } from "../train/support/training.ts";

const settings = {
  throttle: 2,
  chunk: 1000,
  warning: 60,
  setup: ["module load node"],
  options: ["--qos=long"],
  image: "node:22",
};

test("an array has one task per trial, a throttle, a warning before its end, and memory from the plan", () => {
  const [script] = write(jobs(12), settings);
  const directives = script!.text.split("\n").filter((line) => line.startsWith("#SBATCH"));
  expect(directives).toContain("#SBATCH --array=0-11%2");
  expect(directives).toContain("#SBATCH --signal=B:USR1@60");
  expect(directives).toContain("#SBATCH --requeue");
  expect(directives).toContain("#SBATCH --mem=1280M");
  expect(directives).toContain("#SBATCH --qos=long");
  expect(script!.text).toContain("\nmodule load node\n");
  expect(script!.text).not.toContain("LLNET_THREADS");
  const [narrow] = write(jobs(1), { ...settings, cpus: 3 });
  // Unless the user says otherwise.
  expect(narrow!.text).toContain('\nexport LLNET_THREADS="${LLNET_THREADS:-3}"\n');
});

test("more trials than an array may have become several arrays, and the report waits for all", () => {
  const scripts = write(jobs(5), { ...settings, chunk: 2 }, ["study.llnet"]);
  expect(scripts.map(({ lists }) => lists.flatMap(({ text }) => text.trimEnd().split("\n")))).toEqual([
    ["/runs/trials/0", "/runs/trials/1"],
    ["/runs/trials/2", "/runs/trials/3"],
    ["/runs/trials/4"],
    [],
  ]);
  expect(scripts.map(({ isReport }) => isReport)).toEqual([false, false, false, true]);
});

test.each([
  ["finished", 0, false, 0],
  ["failed", 1, false, 1],
  ["warned and stopped with its checkpoint", 130, true, 130],
])("a task whose trial %s ends with %i", (_, code, isWarned, expected) => {
  const { status, log } = runTask({ code, isWarned });
  expect(status).toBe(expected);
  expect(log.includes("scontrol requeue 77_1")).toBe(isWarned);
  expect(log).toContain("ablate trial --wait /runs/trials/1");
});

test.each([
  ["{", "it is not JSON"],
  ['{"partion": "gpu"}', "there is no setting `partion`; there are time, partition"],
  ['{"throttle": "many"}', "`throttle` must be a number"],
  ['{"options": ["--a\\nrm"]}', "`options` must be a list of strings"],
])("a launcher file %j cannot be used: %s", (text, message) => {
  const path = join(scratch(), "launcher.json");
  writeFileSync(path, text);
  expect(readLauncher(path)).toContain(message);
});

test("without a launcher file the defaults are used", () => {
  expect(readLauncher(join(scratch(), "launcher.json"))).toMatchObject({ throttle: 8, chunk: 1000 });
});

test("Kubernetes and Ray are given every trial once", () => {
  const job = kubernetesJob("Study 1", jobs(3), settings, "/work folder");
  expect(job).toContain("completions: 3");
  expect(job.match(/^ {4}\/runs\/trials\/\d$/gm)).toHaveLength(3);
  const lines = rayCommands(jobs(3), settings, "/work folder").trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain("llnet ablate trial --wait /runs/trials/0");
});

function write(all: readonly Job[], chosen: LauncherSettings, report?: readonly string[]) {
  const now = new Date("2026-01-02T03:04:05Z");
  return slurmScripts({
    name: "study",
    runs: "runs",
    jobs: all,
    settings: chosen,
    llnet: ["llnet"],
    now,
    ...(report && { report }),
  });
}

function jobs(count: number): readonly Job[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `variant ${index}`,
    directory: `/runs/trials/${index}`,
    bytes: 1e9,
    cost: 1,
    epochs: 1,
  }));
}

/** Runs the script as Slurm would, with stand-ins for `llnet` and `scontrol` that note how they were called. */
function runTask({ code, isWarned }: { readonly code: number; readonly isWarned: boolean }) {
  const folder = scratch();
  const log = join(folder, "log");
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const wait = isWarned ? `trap 'exit 130' TERM; kill -USR1 $PPID; while :; do sleep 0.05; done` : `exit ${code}`;
  executable(join(bin, "llnet"), `echo "llnet $*" >> '${log}'\n${wait}`);
  executable(join(bin, "scontrol"), `echo "scontrol $*" >> '${log}'`);
  const list = join(folder, "list");
  writeFileSync(list, "/runs/trials/0\n/runs/trials/1\n");
  const [script] = write(jobs(2), { ...settings, setup: [] });
  const text = script!.text.replaceAll(script!.lists[0]!.path, list);
  const { status } = spawnSync("bash", ["-c", text], {
    env: {
      PATH: `${bin}:${process.env["PATH"]}`,
      SLURM_ARRAY_TASK_ID: "1",
      SLURM_ARRAY_JOB_ID: "77",
    },
  });
  return { status, log: readFileSync(log, "utf8") };
}

function executable(path: string, script: string): void {
  writeFileSync(path, `#!/bin/bash\n${script}\n`);
  chmodSync(path, 0o755);
}

function scratch(): string {
  return temporaryDirectory();
}
