/** `llnet compile --all-variants` in a fresh process: TypeScript and step programs of 20 ResNet-32s, files written. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark, Row } from "../measurement.ts";
import { runLlnet } from "./run-llnet.ts";
import { smallStudy } from "./studies.ts";

const variants = 20;

export const benchCompileAll: Benchmark = async (note) => {
  note(`llnet compile --all-variants, ${variants} variants`);
  const name = `llnet compile --all-variants, ${variants} variants of ResNet-32`;
  let files: readonly string[] = [];
  const { status, stderr, seconds, cpuSeconds, peakBytes } = runLlnet(
    smallStudy,
    ["compile"],
    ["--all-variants", "-o", "out"],
    (folder) => {
      files = filesIn(join(folder, "out", "index.json"));
    },
  );
  if (status !== 0) return [{ name, skipped: `it ended with ${status}: ${stderr.trim().replaceAll("\n", "; ")}` }];
  const rows: Row[] = [
    { name, value: variants / seconds, unit: "variants/s" },
    { name: `${name}, CPU time`, value: cpuSeconds, unit: "s" },
    { name: `${name}, memory`, value: peakBytes / 1e6, unit: "MB" },
    { name: `${name}, files`, value: new Set(files).size, unit: "" },
  ];
  return rows;
};

/** None where the command has failed. */
function filesIn(path: string): readonly string[] {
  try {
    const index = JSON.parse(readFileSync(path, "utf8")) as Index;
    return index.studies.flatMap((study) => study.variants.flatMap((variant) => variant.files));
  } catch {
    return [];
  }
}

interface Index {
  readonly studies: readonly { readonly variants: readonly { readonly files: readonly string[] }[] }[];
}
