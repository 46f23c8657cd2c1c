/** Planning 1,000 variants of ResNet-32 in a fresh process: a sweep over recipes, which shares structures, and one over 1,000 networks. */
import { spawnSync } from "node:child_process";
import { projectPath } from "../contender.ts";
import type { Benchmark, Row } from "../measurement.ts";

/** Seconds and bytes allowed. */
const limits = { seconds: 10, bytes: 1e9 };

export const benchPlan: Benchmark = async (note) => {
  const rows: Row[] = [];
  for (const study of ["recipes", "structures"]) {
    note(`1,000 variants: ${study}`);
    const { milliseconds, cpuMilliseconds, peakBytes } = expandOnce(study);
    const name = `ablate plan, 1,000 variants: ${study}`;
    const seconds = milliseconds / 1000;
    const within = { anchor: `${limits.seconds} s`, ratio: seconds / limits.seconds, target: "<= 1" };
    rows.push({ name, value: seconds, unit: "s", ...within });
    rows.push({ name: `${name}, CPU time`, value: cpuMilliseconds / 1000, unit: "s" });
    const memory = { anchor: "1 GB", ratio: peakBytes / limits.bytes, target: "<= 1" };
    rows.push({ name: `${name}, memory`, value: peakBytes / 1e6, unit: "MB", ...memory });
  }
  return rows;
};

function expandOnce(study: string): { milliseconds: number; cpuMilliseconds: number; peakBytes: number } {
  const script = projectPath("bench/ablation/expand-once.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", script, study], {
    cwd: projectPath("."),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as ReturnType<typeof expandOnce>;
}
