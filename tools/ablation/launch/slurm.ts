import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeFolder } from "../../../runtime/train/loop/index.ts";
import type { Job } from "../runner.ts";
import { writeWhole } from "../store.ts";
import type { LauncherSettings } from "./settings.ts";
import { type ArrayJob, arrayScript, reportScript } from "./slurm-script.ts";

/** One call of `ablate run --on slurm`, kept in `slurm/<time>/submission.json`. */
export interface Submission {
  readonly directory: string;
  /** Slurm's numbers of the arrays; the report's is apart. Empty before anything was submitted. */
  readonly arrays: readonly string[];
  readonly report?: string;
  /** Folders of the trials. */
  readonly trials: readonly string[];
}

export interface SlurmRequest {
  readonly name: string;
  readonly runs: string;
  readonly jobs: readonly Job[];
  readonly settings: LauncherSettings;
  readonly llnet: readonly string[];
  /** Words after `ablate report`; absent: no report. */
  readonly report?: readonly string[];
  readonly stopWhen?: string;
  /** For the folder's name. */
  readonly now: Date;
}

export interface WrittenScript {
  readonly path: string;
  readonly text: string;
  /** Files it reads, with their texts. */
  readonly lists: readonly { readonly path: string; readonly text: string }[];
  readonly isReport: boolean;
}

/** What would be submitted: the arrays, then the report. Nothing is written. */
export function slurmScripts(request: SlurmRequest): readonly WrittenScript[] {
  const { name, runs, jobs, settings, llnet, now } = request;
  const directory = resolve(runs, "slurm", now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-"));
  const chunks = Array.from({ length: Math.ceil(jobs.length / settings.chunk) }, (_, index) =>
    jobs.slice(index * settings.chunk, (index + 1) * settings.chunk),
  );
  const common = {
    name,
    workingFolder: process.cwd(),
    output: directory,
    llnet,
    bytes: Math.max(0, ...jobs.map(({ bytes }) => bytes)),
    ...(request.stopWhen !== undefined && { stopWhen: request.stopWhen }),
  };
  const arrays = chunks.map((chunk, index): WrittenScript => {
    const list = join(directory, `array-${index + 1}.list`);
    const job: ArrayJob = { ...common, list, count: chunk.length };
    return {
      path: join(directory, `array-${index + 1}.sh`),
      text: arrayScript(job, settings),
      lists: [{ path: list, text: `${chunk.map((each) => each.directory).join("\n")}\n` }],
      isReport: false,
    };
  });
  if (request.report === undefined || arrays.length === 0) return arrays;
  const text = reportScript({ ...common, list: "", count: 0 }, settings, request.report);
  return [...arrays, { path: join(directory, "report.sh"), text, lists: [], isReport: true }];
}

/** Writes the scripts and submits them; a sentence where Slurm refuses. */
export function submitToSlurm(scripts: readonly WrittenScript[], trials: readonly string[]): Submission | string {
  const directory = resolve(scripts[0]?.path ?? ".", "..");
  makeFolder(directory);
  for (const { path, text, lists } of scripts) {
    writeFileSync(path, text, { mode: 0o755 });
    for (const list of lists) writeFileSync(list.path, list.text);
  }
  let submission: Submission = { directory, arrays: [], trials };
  for (const { path, isReport } of scripts) {
    const dependency = isReport ? [`--dependency=afterany:${submission.arrays.join(":")}`] : [];
    const { status, stdout, stderr, error } = spawnSync("sbatch", ["--parsable", ...dependency, path], {
      encoding: "utf8",
    });
    if (error !== undefined) return "`sbatch` cannot be started: is this a machine of the cluster?";
    if (status !== 0) return `sbatch refused ${path}: ${stderr.trim()}`;
    const number = stdout.trim().split(";")[0] ?? "";
    submission = isReport
      ? { ...submission, report: number }
      : { ...submission, arrays: [...submission.arrays, number] };
    // After each: whoever is killed here leaves a record of what the cluster has.
    writeWhole(join(directory, "submission.json"), `${JSON.stringify(submission, null, 2)}\n`);
  }
  return submission;
}

/** Folders of trials that earlier submissions still have in the queue or at work. */
export function queuedTrials(runs: string): ReadonlySet<string> {
  const submissions = readSubmissions(runs);
  const numbers = submissions.flatMap(({ arrays }) => arrays);
  if (numbers.length === 0) return new Set();
  const { stdout, status } = spawnSync("squeue", ["--noheader", "--array", "--format=%F %K"], { encoding: "utf8" });
  if (status !== 0) return new Set();
  const queued = new Set(stdout.split("\n").map((line) => line.trim()));
  return new Set(
    submissions.flatMap(({ arrays, trials, directory }) =>
      arrays.flatMap((array, chunk) => {
        const list = readList(join(directory, `array-${chunk + 1}.list`)) ?? trials;
        return list.filter((_, index) => queued.has(`${array} ${index}`));
      }),
    ),
  );
}

function readSubmissions(runs: string): readonly Submission[] {
  const folder = resolve(runs, "slurm");
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      return [JSON.parse(readFileSync(join(folder, name, "submission.json"), "utf8")) as Submission];
    } catch {
      return [];
    }
  });
}

function readList(path: string): readonly string[] | undefined {
  try {
    return readFileSync(path, "utf8").trimEnd().split("\n");
  } catch {
    return undefined;
  }
}
