import { availableParallelism } from "node:os";
import { type Estimate, estimate, roughly } from "../../ablation/estimate.ts";
import { type FairnessFinding, fairnessOf } from "../../ablation/fairness.ts";
import { hasMeasuredSteps, type MeasuredStepStore, openMeasuredSteps } from "../../ablation/measured-steps.ts";
import { trialState } from "../../ablation/store.ts";
import { trialDirectory } from "../../ablation/trial-identity.ts";
import type { StudyPlan, TrialStatus } from "../../ablation/types.ts";
import { type ExitCode, exitCodes } from "../io.ts";
import { isExitCode } from "../load-model.ts";
import { measureSteps } from "../measure-steps.ts";
import { type PlannedFile, planFile, unknownData } from "../plan-file.ts";
import { plural, renderStudy } from "../render-plan.ts";
import { printJson, type Session } from "../session.ts";
import type { PlanVerbOptions } from "./ablate-plan.command.ts";

/** Shows what a file's studies would run, what it costs, what is done, and what is unfair. Starts no training. */
export async function ablatePlan(session: Session, file: string, options: PlanVerbOptions): Promise<ExitCode> {
  const planned = await planFile(session, file, options, { needsData: false, keepsInvalid: true });
  if (isExitCode(planned)) return planned;
  const { plan, dataProblem, expanded } = planned;
  if (dataProblem !== undefined)
    session.io.error(
      `note: ${dataProblem.message}; without the data no time is told, and nothing is known to be done\n`,
    );
  const measured = openMeasuredSteps(options.runs, await machineName(session, options));
  if (options.measure !== undefined && !(await measureSteps(session, plan, options.measure, measured))) {
    session.io.error("stopped; the same command measures what is left\n");
    return exitCodes.interrupted;
  }
  const overview = describePlan(planned, options.runs, measured);
  if (session.json) printJson(session, documentOf(plan, overview));
  else session.io.out(render(plan, overview));
  const isWrong = expanded.diagnostics.some(({ severity }) => severity === "error");
  return isWrong ? exitCodes.findings : exitCodes.fine;
}

interface Overview {
  /** By trial. */
  readonly statuses: ReadonlyMap<string, TrialStatus>;
  readonly times: ReadonlyMap<string, Estimate>;
  readonly findings: readonly FairnessFinding[];
}

function describePlan({ plan, samples }: PlannedFile, runs: string, measured: MeasuredStepStore): Overview {
  const cores = availableParallelism();
  const statuses = new Map<string, TrialStatus>();
  const times = new Map<string, Estimate>();
  for (const trial of plan.trials) {
    const { id, data, stepHash, summary } = trial;
    if (data.checksum !== unknownData) statuses.set(id, statusOf(trialDirectory(trial, runs)));
    const count = samples.get(data.checksum);
    if (count !== undefined) times.set(id, estimate(summary, measured.get(stepHash), count, cores));
  }
  return { statuses, times, findings: plan.studies.flatMap((study) => fairnessOf(study, plan.trials)) };
}

/** An interrupted trial is one still to be run. */
function statusOf(directory: string): TrialStatus {
  const { status } = trialState(directory);
  return status === "interrupted" ? "planned" : status;
}

/**
 * What decides how long a step takes here: the engine trials will run on, and its threads. Finding the engine out takes longer
 * than a small plan: only where there are times to look up. Only who measures cannot do without one.
 */
async function machineName(session: Session, { measure, runs }: PlanVerbOptions): Promise<string> {
  if (measure === undefined && !hasMeasuredSteps(runs)) return "";
  const { chooseEngine, threadCount } = await session.services.engine();
  try {
    return `${chooseEngine().title}, threads: ${threadCount(process.env).threads},`;
  } catch (error) {
    if (measure !== undefined) throw error;
    return "";
  }
}

interface Totals {
  readonly variants: number;
  readonly trials: number;
  readonly done: number;
  readonly excluded: number;
  /** Of what is left to run, one after another; absent where a time is not known. */
  readonly seconds?: number;
}

function totalsOf({ studies, trials }: StudyPlan, { statuses, times }: Overview): Totals {
  const left = trials.filter(({ id }) => statuses.get(id) !== "done");
  const seconds = left.map(({ id }) => times.get(id)?.seconds);
  const isKnown = seconds.every((each) => each !== undefined);
  return {
    variants: studies.reduce((sum, { variants }) => sum + variants.length, 0),
    trials: trials.length,
    done: trials.length - left.length,
    excluded: studies.reduce((sum, { excluded }) => sum + excluded.length, 0),
    ...(isKnown && { seconds: seconds.reduce((sum: number, each) => sum + (each ?? 0), 0) }),
  };
}

function documentOf(plan: StudyPlan, overview: Overview): object {
  const { statuses, times, findings } = overview;
  return {
    ...plan,
    trials: plan.trials.map((trial) => ({
      ...trial,
      status: statuses.get(trial.id) ?? null,
      time: times.get(trial.id) ?? null,
    })),
    fairness: findings,
    totals: totalsOf(plan, overview),
  };
}

function render(plan: StudyPlan, overview: Overview): string {
  const { statuses, times, findings } = overview;
  const studies = plan.studies.map((study) => {
    const own = plan.trials.flatMap((trial) =>
      trial.askedBy.filter((owner) => owner.study === study.name).map(({ variant }) => ({ variant, id: trial.id })),
    );
    const byVariant = new Map<string, TrialStatus[]>();
    const timeOf = new Map<string, Estimate>();
    for (const { variant, id } of own) {
      const status = statuses.get(id);
      const time = times.get(id);
      if (status !== undefined) byVariant.set(variant, [...(byVariant.get(variant) ?? []), status]);
      if (time !== undefined) timeOf.set(variant, time);
    }
    return renderStudy({
      study,
      statuses: byVariant,
      times: timeOf,
      findings: findings.filter((finding) => finding.study === study.name),
    });
  });
  return `${studies.join("\n")}\n${totalWords(plan, overview)}\n`;
}

/** `60 runs asked for, 51 distinct, 12 done; 39 to run, ≈ 14 h one after another`. */
function totalWords(plan: StudyPlan, overview: Overview): string {
  const { trials, done, seconds } = totalsOf(plan, overview);
  const asked = plan.trials.reduce((sum, { askedBy }) => sum + askedBy.length, 0);
  const left = trials - done;
  const isGuess = [...overview.times.values()].some(({ isMeasured }) => !isMeasured);
  const time =
    seconds === undefined || left === 0 ? "" : `, ${isGuess ? "≈ " : ""}${roughly(seconds)} one after another`;
  const distinct = asked === trials ? "" : `, ${trials} distinct`;
  return `${plural(asked, "run")}${distinct}, ${done} done; ${left} to run${time}`;
}
