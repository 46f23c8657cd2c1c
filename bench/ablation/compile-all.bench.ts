/** `llnet compile --all-variants` in a fresh process: TypeScript and step programs of 20 ResNet-32s, files written. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { projectPath } from "../contender.ts";
import { plainEnvironment } from "../front-end/plain-environment.ts";
import type { Benchmark, Row } from "../measurement.ts";
import { smallStudy } from "./studies.ts";

const variants = 20;

export const benchCompileAll: Benchmark = async (note) => {
  note(`llnet compile --all-variants, ${variants} variants`);
  const name = `llnet compile --all-variants, ${variants} variants of ResNet-32`;
  const folder = mkdtempSync(join(tmpdir(), "llnet-bench-"));
  try {
    const [file, out] = [join(folder, "net.llnet"), join(folder, "out")];
    writeFileSync(file, smallStudy);
    const llnet = projectPath("tools/cli/llnet.cjs");
    // In a clone the first call may build the command line.
    spawnSync(process.execPath, [llnet, "--version"], { env: plainEnvironment() });
    const usageFile = join(folder, "usage.json");
    const preload = ["--import", pathToFileURL(projectPath("bench/ablation/report-usage.mjs")).href];
    const start = performance.now();
    const { status, stderr } = spawnSync(
      process.execPath,
      [...preload, llnet, "compile", file, "--all-variants", "-o", out],
      { env: { ...plainEnvironment(), LLNET_BENCH_USAGE: usageFile }, encoding: "utf8" },
    );
    const seconds = (performance.now() - start) / 1000;
    if (status !== 0) return [{ name, skipped: `it ended with ${status}: ${stderr.trim().replaceAll("\n", "; ")}` }];
    const usage = JSON.parse(readFileSync(usageFile, "utf8")) as Usage;
    const index = JSON.parse(readFileSync(join(out, "index.json"), "utf8")) as Index;
    const files = index.studies.flatMap((study) => study.variants.flatMap((variant) => variant.files));
    const rows: Row[] = [
      { name, value: variants / seconds, unit: "variants/s" },
      { name: `${name}, CPU time`, value: usage.cpuMilliseconds / 1000, unit: "s" },
      { name: `${name}, memory`, value: usage.peakBytes / 1e6, unit: "MB" },
      { name: `${name}, files`, value: new Set(files).size, unit: "" },
    ];
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Usage {
  readonly cpuMilliseconds: number;
  readonly peakBytes: number;
}

interface Index {
  readonly studies: readonly { readonly variants: readonly { readonly files: readonly string[] }[] }[];
}
