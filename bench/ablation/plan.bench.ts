/** `llnet ablate plan` of 1,000 variants of ResNet-32 in a fresh process: a sweep over recipes, which shares structures, and one over 1,000 networks. */
import type { Benchmark, Row } from "../measurement.ts";
import { runLlnet } from "./run-llnet.ts";
import { recipeStudy, structureStudy } from "./studies.ts";

/** Seconds and bytes allowed. */
const limits = { seconds: 10, bytes: 1e9 };

export const benchPlan: Benchmark = async (note) => {
  const rows: Row[] = [];
  for (const [study, text] of Object.entries({ recipes: recipeStudy, structures: structureStudy })) {
    note(`1,000 variants: ${study}`);
    const name = `ablate plan, 1,000 variants: ${study}`;
    const { status, stdout, stderr, seconds, cpuSeconds, peakBytes } = runLlnet(text, ["ablate", "plan"], ["--json"]);
    if (status !== 0) {
      rows.push({ name, skipped: `it ended with ${status}: ${stderr.trim().replaceAll("\n", "; ")}` });
      continue;
    }
    const count = (JSON.parse(stdout) as Plan).studies[0]?.variants.length;
    if (count !== 1000) throw new Error(`the study has ${count} variants`);
    const within = { anchor: `${limits.seconds} s`, ratio: seconds / limits.seconds, target: "<= 1" };
    rows.push({ name, value: seconds, unit: "s", ...within });
    rows.push({ name: `${name}, CPU time`, value: cpuSeconds, unit: "s" });
    const memory = { anchor: "1 GB", ratio: peakBytes / limits.bytes, target: "<= 1" };
    rows.push({ name: `${name}, memory`, value: peakBytes / 1e6, unit: "MB", ...memory });
  }
  return rows;
};

interface Plan {
  readonly studies: readonly { readonly variants: readonly unknown[] }[];
}
