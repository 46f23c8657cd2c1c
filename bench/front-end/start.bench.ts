/** How long people wait for the command line in a fresh process: help, and checking files of 100 and 1,000 lines. Anchor: node doing nothing. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectPath } from "../contender.ts";
import { type Benchmark, median, type Row } from "../measurement.ts";
import { sampleProgram } from "../grammar/sample-program.ts";
import { plainEnvironment } from "./plain-environment.ts";

const rounds = 15;

/** Milliseconds allowed beside bare node, or in all. */
const limits = { help: 25, check100: 100, check1000: 150 };

export const benchStart: Benchmark = async (note) => {
  note("cold starts of the command line");
  const folder = mkdtempSync(join(tmpdir(), "llnet-bench-"));
  try {
    const small = join(folder, "small.llnet");
    const large = join(folder, "large.llnet");
    writeFileSync(small, `${sampleProgram(100)}\n`);
    writeFileSync(large, `${sampleProgram(1000)}\n`);
    const launcher = projectPath("tools/cli/llnet.cjs");
    const commands = [["-e", "0"], [launcher, "--help"], [launcher, "check", small], [launcher, "check", large]];
    const [node, help, check100, check1000] = interleaveRuns(commands) as [number, number, number, number];
    const within = (value: number, limit: number) => ({ anchor: `${limit} ms`, ratio: value / limit, target: "<= 1" });
    return [
      { name: "node -e 0", value: node, unit: "ms" },
      { name: "llnet --help, beyond node", value: help - node, unit: "ms", ...within(help - node, limits.help) },
      { name: "llnet check, cold, 100 lines", value: check100, unit: "ms", ...within(check100, limits.check100) },
      { name: "llnet check, cold, 1,000 lines", value: check1000, unit: "ms", ...within(check1000, limits.check1000) },
    ] satisfies Row[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Median wall time of each command, each taking its turn; the first three rounds, which build and fill caches, do not count. */
function interleaveRuns(commands: readonly (readonly string[])[]): number[] {
  const warmUp = 3;
  const samples: number[][] = commands.map(() => []);
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const [index, options] of commands.entries()) {
      const start = performance.now();
      const { status, stderr } = spawnSync(process.execPath, [...options], { env: plainEnvironment(), encoding: "utf8" });
      const elapsed = performance.now() - start;
      if (status !== 0) throw new Error(`node ${options.join(" ")} ended with ${status}\n${stderr}`);
      if (round >= warmUp) samples[index]?.push(elapsed);
    }
  }
  return samples.map(median);
}
