import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { projectPath } from "../contender.ts";
import { plainEnvironment } from "../front-end/plain-environment.ts";

export interface LlnetRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Runs `llnet COMMAND net.llnet OPTIONS` on a text, start-up included, in a folder that `look` may look into before it goes. */
export function runLlnet(
  text: string,
  command: readonly string[],
  options: readonly string[],
  look: (folder: string) => void = () => undefined,
): LlnetRun {
  const folder = mkdtempSync(join(tmpdir(), "llnet-bench-"));
  try {
    writeFileSync(join(folder, "net.llnet"), text);
    const llnet = projectPath("tools/cli/llnet.cjs");
    // In a clone the first call may build the command line.
    spawnSync(process.execPath, [llnet, "--version"], { env: plainEnvironment() });
    const usageFile = join(folder, "usage.json");
    const preload = ["--import", pathToFileURL(projectPath("bench/ablation/report-usage.mjs")).href];
    const start = performance.now();
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...preload, llnet, ...command, "net.llnet", ...options],
      {
        cwd: folder,
        env: { ...plainEnvironment(), LLNET_BENCH_USAGE: usageFile },
        encoding: "utf8",
        maxBuffer: 1 << 28,
      },
    );
    const seconds = (performance.now() - start) / 1000;
    const usage = JSON.parse(readFileSync(usageFile, "utf8")) as Usage;
    look(folder);
    return { status, stdout, stderr, seconds, cpuSeconds: usage.cpuMilliseconds / 1000, peakBytes: usage.peakBytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Usage {
  readonly cpuMilliseconds: number;
  readonly peakBytes: number;
}
