import { existsSync } from "node:fs";
import type { Trainer } from "../../../runtime/index.ts";
import type { Run, RunManifest, TrainingError, TrainingEvent } from "../../../runtime/train/loop/index.ts";
import type { TrainOptions } from "../command-table.ts";
import { describeRun, runName } from "../describe-run.ts";
import { type ExitCode, exitCodes } from "../io.ts";
import { isExitCode } from "../load-model.ts";
import { type PreparedTraining, prepareTraining } from "../prepare-training.ts";
import { reportProblem } from "../problem.ts";
import { createProgress } from "../progress.ts";
import { printJson, type Session } from "../session.ts";
import { renderOutcome, trainingDocument } from "../training-report.ts";

/** Trains a model, or continues a run. */
export async function train(session: Session, file: string | undefined, options: TrainOptions): Promise<ExitCode> {
  const prepared = await prepareTraining(session, file, options);
  if (isExitCode(prepared)) return prepared;
  const { program, executor, continued } = prepared;
  const loop = await session.services.loop();
  const { createTrainer } = await session.services.runtime();
  const trainer = await createTrainer(program, { executor, seed: program.recipe.seed });
  try {
    const manifest = await describeRun(session, prepared);
    const directory = options.out ?? freeDirectory(`runs/${runName(program.name, manifest.created)}`);
    const run = continued?.run ?? loop.createRun(directory, manifest, program, prepared.sources);
    if (loop.isTrainingError(run)) return reportProblem(session, run, exitCodes.usage);
    if (continued !== undefined) {
      noteOtherEngine(session, run.manifest, manifest);
      await trainer.load(continued.weights);
    }
    return await trainRun(session, { prepared, trainer, run, engine: manifest.engine, maxSteps: options.maxSteps });
  } finally {
    trainer.dispose();
  }
}

interface RunToTrain {
  readonly prepared: PreparedTraining;
  readonly trainer: Trainer;
  readonly run: Run;
  readonly engine: string;
  readonly maxSteps: number | undefined;
}

async function trainRun(session: Session, { prepared, trainer, run, engine, maxSteps }: RunToTrain): Promise<ExitCode> {
  const loop = await session.services.loop();
  const { program, dataset, executor, continued } = prepared;
  const checkpoints = `${run.directory}/checkpoint`;
  const progress = createProgress(session.io);
  const isLogged = createLogFilter();
  const stop = stopOnInterrupt(session);
  progress.begin({ program, dataset, engine, executor, run: run.directory });
  const outcome = await loop.runTraining({
    program,
    trainer,
    dataset,
    ...(continued && { from: continued.state }),
    ...(maxSteps !== undefined && { maxSteps }),
    checkpoint: (state) => loop.writeCheckpoint(checkpoints, state, trainer),
    stopRequested: stop.requested,
    onEvent(event): TrainingError | undefined {
      progress.show(event);
      if (!isLogged(event)) return undefined;
      return loop.appendLog(run.directory, { time: new Date().toISOString(), ...event });
    },
  });
  stop.forget();
  progress.end();

  if (outcome.error !== undefined) reportProblem(session, outcome.error, exitCodes.findings);
  const found = loop.findCheckpoint(checkpoints);
  const checkpoint = loop.isTrainingError(found) ? null : found.path;
  const document = trainingDocument({ run, outcome, memory: trainer.memory(), engine, checkpoint });
  if (session.json) printJson(session, document);
  else session.io.out(renderOutcome(document, outcome, program));
  const { fine, interrupted, findings } = exitCodes;
  return { finished: fine, step_limit: fine, interrupted, failed: findings }[outcome.reason];
}

/** Steps are too many to keep: one in ten seconds stays in the log, evaluations in progress do not. */
function createLogFilter(): (event: TrainingEvent) => boolean {
  let last = performance.now();
  return ({ kind }) => {
    if (kind === "evaluation") return false;
    if (kind === "step" && performance.now() - last < 10_000) return false;
    last = performance.now();
    return true;
  };
}

/** The name, or the first of `NAME-2`, `NAME-3`, … that is free: runs may begin in the same second. */
function freeDirectory(name: string): string {
  let free = name;
  for (let number = 2; existsSync(free); number += 1) free = `${name}-${number}`;
  return free;
}

/** Bit-identical continuation is promised for the same engine and threads only. */
function noteOtherEngine(session: Session, before: RunManifest, now: RunManifest): void {
  const pairs = [
    [before.engine, now.engine],
    [`${before.threads} threads`, `${now.threads} threads`],
  ] as const;
  for (const [was, is] of pairs) {
    if (was !== is) session.io.error(`note: the run began with ${was}, this is ${is}: the last bits may differ\n`);
  }
}

function stopOnInterrupt({ io }: Session): { requested: () => boolean; forget: () => void } {
  let requested = false;
  const forget = io.onInterrupt(() => {
    requested = true;
    io.error("\nstopping after this step, with a checkpoint; once more quits at once\n");
  });
  return { requested: () => requested, forget };
}
