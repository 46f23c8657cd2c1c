import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { readLauncher } from "../../ablation/launch/settings.ts";
import { queuedTrials, slurmScripts, submitToSlurm } from "../../ablation/launch/slurm.ts";
import { kubernetesJob, rayCommands } from "../../ablation/launch/specifications.ts";
import { isSettled, type Job } from "../../ablation/runner.ts";
import { parseStopRule } from "../../ablation/stop-rule.ts";
import { trialState } from "../../ablation/store.ts";
import { type ExitCode, exitCodes } from "../io.ts";
import { reportProblem } from "../problem.ts";
import { printJson, type Session } from "../session.ts";

export type Cluster = "slurm" | "kubernetes" | "ray";

export interface LaunchOptions {
  readonly on: Cluster;
  readonly runs: string;
  readonly study?: string;
  /** Absent: `launcher.json` where there is one. */
  readonly launcher?: string;
  readonly dryRun?: true;
  readonly retryFailed?: true;
  readonly stopWhen?: string;
}

/** Hands the trials that are still to be run to a cluster: submitted for Slurm, printed for the others. */
export async function launch(
  session: Session,
  file: string,
  jobs: readonly Job[],
  options: LaunchOptions,
): Promise<ExitCode> {
  const launcher = options.launcher ?? "launcher.json";
  const settings =
    options.launcher === undefined || existsSync(launcher) ? readLauncher(launcher) : "it does not exist";
  if (typeof settings === "string") {
    const problem = { message: `the launcher file cannot be used: ${settings}`, path: launcher };
    return reportProblem(session, { ...problem, help: "docs/ablations.md lists its settings" }, exitCodes.usage);
  }
  const open = jobs.filter((job) => isOpen(job, options));
  const name = basename(file).replace(/\.llnet$/, "");
  if (options.on !== "slurm") {
    session.io.error(`note: llnet prints what ${options.on} is to be given and submits nothing\n`);
    const print = options.on === "ray" ? rayCommands : kubernetesJob.bind(undefined, name);
    session.io.out(print(open, settings, process.cwd()));
    return exitCodes.fine;
  }
  const queued = queuedTrials(options.runs);
  const missing = open.filter(({ directory }) => !queued.has(directory));
  if (open.length > missing.length) {
    session.io.error(`note: ${open.length - missing.length} trials are in the cluster's queue already\n`);
  }
  if (missing.length === 0) {
    session.io.out("nothing to submit\n");
    return exitCodes.fine;
  }
  const now = new Date();
  const scripts = slurmScripts({
    name,
    runs: options.runs,
    jobs: missing,
    settings,
    llnet: [process.execPath, process.argv[1] ?? ""],
    report: [
      resolve(file),
      ...studyWords(options),
      "--runs",
      resolve(options.runs),
      "-o",
      resolve(options.runs, "slurm", `${name}.html`),
    ],
    now,
    ...(options.stopWhen !== undefined && { stopWhen: options.stopWhen }),
  });
  if (options.dryRun) {
    for (const { path, text } of scripts) session.io.out(`# ${path}\n${text}\n`);
    return exitCodes.fine;
  }
  const submission = submitToSlurm(
    scripts,
    missing.map(({ directory }) => directory),
  );
  if (typeof submission === "string") {
    const help = "`--dry-run` shows the scripts; options of the cluster go into `launcher.json`";
    return reportProblem(session, { message: submission, help }, exitCodes.environment);
  }
  if (session.json) printJson(session, submission);
  else {
    const arrays = submission.arrays.join(", ");
    session.io.out(
      `submitted ${missing.length} trials as job ${arrays}${submission.report ? `, the report as ${submission.report}` : ""}\n`,
    );
    session.io.error(`see how they do: llnet ablate status ${file} --runs ${options.runs}\n`);
  }
  return exitCodes.fine;
}

function studyWords({ study }: LaunchOptions): readonly string[] {
  return study === undefined ? [] : ["--study", study];
}

/** Still to be run, by the same rules as here. */
function isOpen({ directory }: Job, { retryFailed, stopWhen }: LaunchOptions): boolean {
  const state = trialState(directory);
  const rule = stopWhen === undefined ? undefined : parseStopRule(stopWhen);
  const settling = { retryFailed: retryFailed === true, ...(typeof rule === "object" && { rule }) };
  return state.status !== "running" && !isSettled(state, settling);
}
