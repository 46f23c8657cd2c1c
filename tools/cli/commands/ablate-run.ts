import { availableParallelism, freemem } from "node:os";
import { resolve } from "node:path";
import { type Machine, processBytes, slots } from "../../ablation/pack.ts";
import { readPlans, withOtherStudies, writePlan } from "../../ablation/plan-file.ts";
import { type Job, type RunnerOutcome, runTrials } from "../../ablation/runner.ts";
import { startTrial } from "../../ablation/start-trial.ts";
import { parseStopRule, type StopRule } from "../../ablation/stop-rule.ts";
import { enrollTrial, trialState } from "../../ablation/store.ts";
import { createStudyProgress } from "../../ablation/study-progress.ts";
import { trialDirectory } from "../../ablation/trial-identity.ts";
import type { StudyPlan, Trial } from "../../ablation/types.ts";
import { type ExitCode, exitCodes } from "../io.ts";
import { isExitCode } from "../load-model.ts";
import { type PlannedFile, planFile } from "../plan-file.ts";
import { reportProblem } from "../problem.ts";
import { printJson, type Session } from "../session.ts";
import { launch } from "./ablate-launch.ts";
import type { RunOptions } from "./ablate-run.command.ts";

/** Runs every trial of a file's studies that has not been run yet. */
export async function ablateRun(session: Session, file: string, options: RunOptions): Promise<ExitCode> {
  const rule = options.stopWhen === undefined ? undefined : parseStopRule(options.stopWhen);
  if (typeof rule === "string") {
    const message = `\`--stop-when ${options.stopWhen}\` is no rule`;
    return reportProblem(session, { message, help: rule }, exitCodes.usage);
  }
  if (options.dryRun && options.on !== "slurm") {
    const help = "`llnet ablate plan` shows what would run here";
    return reportProblem(session, { message: "`--dry-run` is for `--on slurm`", help }, exitCodes.usage);
  }
  const planned = await planFile(session, file, options);
  if (isExitCode(planned)) return planned;
  const { plan } = planned;
  if (plan.trials.length === 0) {
    const help = "an `ablate` block makes studies, and so does `--set path=value,value`";
    return reportProblem(session, { message: "there is nothing to run", help, path: file }, exitCodes.usage);
  }
  const isBlind =
    rule?.quantity === "validation" && plan.trials.some(({ summary }) => summary.validation === undefined);
  if (isBlind) {
    const message = `\`--stop-when ${options.stopWhen}\` looks at validation images, and not every variant holds some out`;
    const help = "write `validation: 0.1` in the recipe, or say `--set train.validation=0.1`";
    return reportProblem(session, { message, help, path: file }, exitCodes.usage);
  }
  const enrolled = options.dryRun ? plannedJobs(plan, options.runs) : await enroll(session, options, planned);
  if (isExitCode(enrolled)) return enrolled;
  if (options.on !== "here") return launch(session, file, enrolled, { ...options, on: options.on });
  const outcome = await runJobs(session, enrolled, options, rule);
  return conclude(session, plan, outcome);
}

/** Writes what every trial is; the disk may refuse. */
async function enroll(
  session: Session,
  { runs, study, model }: RunOptions,
  { plan, sources, expanded: { names } }: PlannedFile,
): Promise<readonly Job[] | ExitCode> {
  const { fileSystemError } = await session.services.loop();
  try {
    // What was not asked for now stays in status and report.
    const isPart = study !== undefined || model !== undefined;
    const [before] = isPart ? readPlans(runs, plan.file) : [];
    writePlan(runs, withOtherStudies(plan, before, names));
    return plan.trials.map((trial) => jobOf(trial, enrollTrial(runs, trial, sources)));
  } catch (error) {
    const known = fileSystemError(error, "the study", runs);
    if (known === null) throw error;
    const help = known.name === "disk-full" ? "free some space" : "choose another directory with `--runs`";
    return reportProblem(session, { ...known, help }, exitCodes.usage);
  }
}

/** Without writing what they are. */
function plannedJobs({ trials }: StudyPlan, runs: string): readonly Job[] {
  return trials.map((trial) => jobOf(trial, trialDirectory(trial, runs)));
}

function jobOf({ askedBy, seed, summary }: Trial, directory: string): Job {
  return {
    name: `${askedBy[0]?.variant ?? "trial"} seed ${seed}`,
    directory: resolve(directory),
    bytes: summary.peakBytes + summary.variableBytes + processBytes,
    cost: summary.macs * summary.epochs,
    epochs: summary.epochs,
  };
}

async function runJobs(
  session: Session,
  jobs: readonly Job[],
  options: RunOptions,
  rule: StopRule | undefined,
): Promise<RunnerOutcome> {
  const { io } = session;
  const machine = describeMachine(options);
  const threads = machine.jobs > 1 ? Math.max(1, Math.floor(availableParallelism() / slots(machine))) : undefined;
  const settings = {
    script: process.argv[1] ?? "",
    environment: io.environment,
    ...(threads !== undefined && io.environment["LLNET_THREADS"] === undefined && { threads }),
    ...(rule !== undefined && { stopWhen: rule.text }),
  };
  io.error(`${beginning(jobs, machine)}\n`);
  const progress = createStudyProgress(io, jobs, slots(machine));
  let isStopping = false;
  const forget = io.onInterrupt(() => {
    isStopping = true;
    progress.note("stopping: every trial at work writes its checkpoint; once more quits at once");
  });
  try {
    return await runTrials({
      jobs,
      machine,
      retryFailed: options.retryFailed === true,
      start: (job, assignment) => startTrial(job, assignment, settings),
      stopRequested: () => isStopping,
      onChange: (change) => progress.show(change),
      ...(rule !== undefined && { rule }),
    });
  } finally {
    progress.end();
    forget();
  }
}

/** `12 trials, 5 done already; 2 at a time` */
function beginning(jobs: readonly Job[], machine: Machine): string {
  const states = jobs.map(({ directory }) => trialState(directory).status);
  const count = (status: string) => states.filter((each) => each === status).length;
  const parts = [
    `${jobs.length} ${jobs.length === 1 ? "trial" : "trials"}`,
    ...(count("done") > 0 ? [`${count("done")} done already`] : []),
    ...(count("interrupted") > 0 ? [`${count("interrupted")} to be continued`] : []),
    ...(count("failed") > 0 ? [`${count("failed")} failed before`] : []),
  ];
  return `${parts.join(", ")}; ${slots(machine)} at a time`;
}

function describeMachine({ jobs, memory, devices }: RunOptions): Machine {
  return { jobs: jobs ?? Math.max(1, devices.length), memory: memory ?? 0.9 * freemem(), devices };
}

function conclude(session: Session, plan: StudyPlan, { states, interrupted }: RunnerOutcome): ExitCode {
  const trials = [...states].map(([job, state]) => ({
    name: job.name,
    directory: job.directory,
    status: state.status,
    ...(state.status === "failed" && { reason: state.reason }),
  }));
  const count = (status: string) => trials.filter((trial) => trial.status === status).length;
  const failed = count("failed");
  if (session.json) printJson(session, { file: plan.file, interrupted, trials });
  else {
    const continued = count("interrupted");
    const parts = [
      `${count("done")} of ${trials.length} trials done`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(continued > 0 ? [`${continued} interrupted`] : []),
    ];
    session.io.out(`${parts.join(", ")}\n`);
    if (failed > 0) session.io.error("help: `llnet ablate status` says why; `--retry-failed` runs them again\n");
    if (interrupted) session.io.error("help: the same command goes on where this one stopped\n");
  }
  if (interrupted) return exitCodes.interrupted;
  return failed > 0 ? exitCodes.findings : exitCodes.fine;
}
