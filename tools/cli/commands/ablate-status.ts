import { chosenEpoch } from "../../ablation/chosen-epoch.ts";
import { readPlans } from "../../ablation/plan-file.ts";
import { type TrialState, trialState } from "../../ablation/store.ts";
import { describe } from "../../ablation/study-progress.ts";
import { trialDirectory } from "../../ablation/trial-identity.ts";
import { finishedEpochs } from "../../ablation/trial-progress.ts";
import type { Study, StudyPlan, Trial } from "../../ablation/types.ts";
import { type ExitCode, exitCodes } from "../io.ts";
import { reportProblem } from "../problem.ts";
import { printJson, type Session } from "../session.ts";
import { percent, textTable } from "../text-table.ts";
import type { StatusOptions } from "./ablate-status.command.ts";

interface Row {
  readonly variant: string;
  readonly seed: number;
  readonly trial: string;
  readonly directory: string;
  readonly state: TrialState;
  readonly epoch: number;
  readonly epochs: number;
  /** On the test images, at the best epoch on validation images once it is known, else at the last. */
  readonly accuracy: number | null;
  /** Where images are held out. */
  readonly chosenEpoch?: number;
  readonly validation?: number;
}

/** Where every trial of a study stands, from the trials' own files: works while it runs, here or on a cluster. */
export async function ablateStatus(
  session: Session,
  file: string | undefined,
  options: StatusOptions,
): Promise<ExitCode> {
  const plans = readPlans(options.runs, file);
  if (plans.length === 0) {
    const what =
      file === undefined
        ? `no study has been run in \`${options.runs}\``
        : `\`${file}\` has not been run in \`${options.runs}\``;
    const help = "run one with `llnet ablate run FILE`, or name its folder with `--runs`";
    return reportProblem(session, { message: what, help }, exitCodes.usage);
  }
  const studies = plans.flatMap((plan) =>
    plan.studies
      .filter(({ name }) => options.study === undefined || name === options.study)
      .map((study) => ({ file: plan.file, study: study.name, rows: rowsOf(plan, study, options.runs) })),
  );
  if (studies.length === 0) {
    const names = plans.flatMap((plan) => plan.studies.map(({ name }) => `\`${name}\``)).join(", ");
    const problem = { message: `there is no study \`${options.study}\``, help: `there are ${names}` };
    return reportProblem(session, problem, exitCodes.usage);
  }
  if (session.json) printJson(session, { studies: studies.map(asDocument) });
  else for (const { study, rows } of studies) session.io.out(render(study, rows));
  const isFailed = studies.some(({ rows }) => rows.some(({ state }) => state.status === "failed"));
  return isFailed ? exitCodes.findings : exitCodes.fine;
}

function rowsOf(plan: StudyPlan, study: Study, runs: string): readonly Row[] {
  return plan.trials.flatMap((trial) =>
    trial.askedBy.filter((owner) => owner.study === study.name).map(({ variant }) => rowOf(trial, variant, runs)),
  );
}

function rowOf(trial: Trial, variant: string, runs: string): Row {
  const directory = trialDirectory(trial, runs);
  const state = trialState(directory);
  const epochs = state.status === "done" ? state.result.document.epochs : finishedEpochs(directory);
  const last = epochs.at(-1);
  const chosen = chosenEpoch(state, epochs);
  return {
    variant,
    seed: trial.seed,
    trial: trial.id,
    directory,
    state,
    epoch: last?.epoch ?? 0,
    epochs: trial.summary.epochs,
    accuracy: chosen?.test.accuracy ?? null,
    ...(chosen?.validation && { chosenEpoch: chosen.epoch, validation: chosen.validation.accuracy }),
  };
}

function render(study: string, rows: readonly Row[]): string {
  const isValidated = rows.some(({ validation }) => validation !== undefined);
  const columns = [
    { title: "variant", align: "left" },
    { title: "seed", align: "right" },
    { title: "epoch", align: "right" },
    { title: "accuracy", align: "right" },
    ...(isValidated ? [{ title: "validation", align: "right" } as const] : []),
    { title: "status", align: "left" },
  ] as const;
  const cells = rows.map(({ variant, seed, epoch, epochs, accuracy, validation, state }) => [
    variant,
    String(seed),
    `${epoch}/${epochs}`,
    accuracy === null ? "" : percent(accuracy),
    ...(isValidated ? [validation === undefined ? "" : percent(validation)] : []),
    state.status === "done" ? doneWords(state) : describe(state),
  ]);
  const counts = new Map<string, number>();
  for (const { state } of rows) counts.set(state.status, (counts.get(state.status) ?? 0) + 1);
  const summary = [...counts].map(([status, number]) => `${number} ${status}`).join(", ");
  return `${study}: ${summary}\n${textTable(columns, cells)}\n`;
}

/** What a rule has stopped is done as long as the rule is given. */
function doneWords({ result: { stoppedBy } }: Extract<TrialState, { status: "done" }>): string {
  return stoppedBy === undefined ? "done" : `stopped early by \`${stoppedBy}\``;
}

function asDocument({ file, study, rows }: { file: string; study: string; rows: readonly Row[] }): object {
  return {
    file,
    study,
    trials: rows.map(({ state, ...row }) => ({
      ...row,
      status: state.status,
      attempts: state.attempts,
      ...(state.status === "failed" && { reason: state.reason }),
      ...(state.status === "done" && state.result.stoppedBy !== undefined && { stoppedBy: state.result.stoppedBy }),
    })),
  };
}
