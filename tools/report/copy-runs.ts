import { cpSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "../../runtime/train/loop/index.ts";
import { writePlan } from "../ablation/plan-file.ts";
import { readTrial } from "../ablation/store.ts";
import { trialDirectory } from "../ablation/trial-identity.ts";
import type { StudyPlan } from "../ablation/types.ts";

/** What a report is made of and links to; not weights, which are what makes runs large. */
const kept = ["trial.json", "journal.jsonl", "result.json", "output.txt", "run/manifest.json", "run/log.jsonl"];

/** Copies the small files of every trial of the plans to another directory, from which the same report can be written. */
export function copyRuns(plans: readonly StudyPlan[], runs: string, target: string): void {
  for (const plan of plans) {
    writePlan(target, plan);
    for (const trial of plan.trials) {
      const [from, to] = [runs, target].map((place) => trialDirectory(trial, place)) as [string, string];
      for (const name of kept) copy(join(from, name), join(to, name));
      const sources = readTrial(from)?.sources;
      if (sources !== undefined)
        copy(join(runs, "sources", `${sources}.json`), join(target, "sources", `${sources}.json`));
    }
  }
}

function copy(from: string, to: string): void {
  if (!existsSync(from)) return;
  makeFolder(dirname(to));
  cpSync(from, to);
}
