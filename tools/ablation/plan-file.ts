import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { makeFolder } from "../../runtime/train/loop/index.ts";
import { writeWhole } from "./store.ts";
import type { StudyPlan } from "./types.ts";

/** Keeps what a study file was planned to be when it was last run, so that status and report need not compile it again. */
export function writePlan(runs: string, plan: StudyPlan): void {
  makeFolder(join(runs, "plans"));
  writeWhole(planPath(runs, plan.file), `${JSON.stringify(plan)}\n`);
}

/** A plan of some studies of a file, with what an earlier one said of the others: of those among `names`, which the file has. */
export function withOtherStudies(plan: StudyPlan, before: StudyPlan | undefined, names: readonly string[]): StudyPlan {
  const own = new Set(plan.studies.map(({ name }) => name));
  const kept = (before?.studies ?? []).filter(({ name }) => names.includes(name) && !own.has(name));
  const trials = new Map(plan.trials.map((trial) => [trial.id, trial]));
  for (const trial of before?.trials ?? []) {
    const askedBy = trial.askedBy.filter(({ study }) => kept.some(({ name }) => name === study));
    const known = trials.get(trial.id);
    if (askedBy.length > 0)
      trials.set(trial.id, { ...trial, ...known, askedBy: [...(known?.askedBy ?? []), ...askedBy] });
  }
  const studies = [...plan.studies, ...kept].sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
  return { ...plan, studies, trials: [...trials.values()] };
}

/** The plan of one study file, or of every file that was run, by file name. */
export function readPlans(runs: string, file?: string): readonly StudyPlan[] {
  const paths = file === undefined ? allPaths(runs) : [planPath(runs, file)];
  return paths.flatMap((path) => readPlan(path)).sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** `plans/infopro-table-1f2e3d4c.json`: two files of one name in different folders are two. */
function planPath(runs: string, file: string): string {
  const place = createHash("sha256").update(resolve(file)).digest("hex").slice(0, 8);
  return join(runs, "plans", `${basename(file).replace(/\.llnet$/, "")}-${place}.json`);
}

function allPaths(runs: string): readonly string[] {
  try {
    const names = readdirSync(join(runs, "plans")).filter((name) => name.endsWith(".json"));
    return names.map((name) => join(runs, "plans", name));
  } catch {
    return [];
  }
}

function readPlan(path: string): readonly StudyPlan[] {
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as StudyPlan;
    return value.format === "llnet-study-plan" && value.version === 1 ? [value] : [];
  } catch {
    return [];
  }
}
