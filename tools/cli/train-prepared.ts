import type { Trainer } from "../../runtime/index.ts";
import type {
  Run,
  RunManifest,
  TrainingError,
  TrainingEvent,
  TrainingOutcome,
} from "../../runtime/train/loop/index.ts";
import { describeRun } from "./describe-run.ts";
import { type ExitCode, exitCodes } from "./io.ts";
import type { PreparedTraining } from "./prepare-training.ts";
import { reportProblem } from "./problem.ts";
import { createProgress } from "./progress.ts";
import type { Session } from "./session.ts";
import { type TrainingDocument, trainingDocument } from "./training-report.ts";

export interface TrainingSettings {
  /** Of a new run; a continued one stays in its own. */
  readonly directory: string;
  readonly maxSteps?: number;
  /** Asked after every step, beside the user's Ctrl-C: true ends the run with a checkpoint. */
  readonly stopRequested?: () => boolean;
  readonly onEvent?: (event: TrainingEvent) => void;
}

export interface Trained {
  readonly document: TrainingDocument;
  readonly outcome: TrainingOutcome;
}

/** Trains what was prepared, with progress, log and checkpoints; an exit code where the run could not begin. */
export async function trainPrepared(
  session: Session,
  prepared: PreparedTraining,
  settings: TrainingSettings,
): Promise<Trained | ExitCode> {
  const { program, executor, continued } = prepared;
  const loop = await session.services.loop();
  const { createTrainer } = await session.services.runtime();
  const trainer = await createTrainer(program, { executor, seed: program.recipe.seed });
  try {
    const manifest = await describeRun(session, prepared);
    const run = continued?.run ?? loop.createRun(settings.directory, manifest, program, prepared.sources);
    if (loop.isTrainingError(run)) return reportProblem(session, run, exitCodes.usage);
    if (continued !== undefined) {
      noteOtherEngine(session, run.manifest, manifest);
      await trainer.load(continued.weights);
    }
    return await trainRun(session, { prepared, trainer, run, engine: manifest.engine, settings });
  } finally {
    trainer.dispose();
  }
}

interface RunToTrain {
  readonly prepared: PreparedTraining;
  readonly trainer: Trainer;
  readonly run: Run;
  readonly engine: string;
  readonly settings: TrainingSettings;
}

async function trainRun(
  session: Session,
  { prepared, trainer, run, engine, settings }: RunToTrain,
): Promise<Trained | ExitCode> {
  const loop = await session.services.loop();
  const { program, dataset, executor, continued } = prepared;
  const keeper = loop.createCheckpointKeeper(run.directory, program, trainer);
  const left = keeper.begin(continued?.state);
  if (left !== undefined) return reportProblem(session, left, exitCodes.findings);
  const progress = createProgress(session.io);
  const isLogged = createLogFilter();
  const stop = stopOnInterrupt(session);
  progress.begin({ program, dataset, engine, executor, run: run.directory });
  const outcome = await loop.runTraining({
    program,
    trainer,
    dataset,
    ...(continued && { from: continued.state }),
    ...(settings.maxSteps !== undefined && { maxSteps: settings.maxSteps }),
    checkpoint: keeper.checkpoint,
    keepBest: keeper.keepBest,
    stopRequested: () => stop.requested() || settings.stopRequested?.() === true,
    onEvent(event): TrainingError | undefined {
      progress.show(event);
      settings.onEvent?.(event);
      if (!isLogged(event)) return undefined;
      return loop.appendLog(run.directory, { time: new Date().toISOString(), ...event });
    },
  });
  stop.forget();
  progress.end();

  if (outcome.error !== undefined) reportProblem(session, outcome.error, exitCodes.findings);
  const found = loop.findCheckpoint(`${run.directory}/checkpoint`);
  const checkpoint = loop.isTrainingError(found) ? null : found.path;
  const best = loop.bestEpoch(program, outcome.state.epochs);
  return { document: trainingDocument({ run, outcome, memory: trainer.memory(), engine, checkpoint, best }), outcome };
}

/** Steps are too many to keep: one in ten seconds stays in the log, what is in progress otherwise does not. */
function createLogFilter(): (event: TrainingEvent) => boolean {
  let last = performance.now();
  return ({ kind }) => {
    if (kind === "evaluation" || kind === "keeping") return false;
    if (kind === "step" && performance.now() - last < 10_000) return false;
    last = performance.now();
    return true;
  };
}

/** Bit-identical continuation is promised for the same engine and threads only. */
function noteOtherEngine(session: Session, before: RunManifest, now: RunManifest): void {
  const pairs = [
    [before.engine, now.engine],
    [`${before.threads === "default" ? now.threads : before.threads} threads`, `${now.threads} threads`],
  ] as const;
  for (const [was, is] of pairs) {
    if (was !== is) session.io.error(`note: the run began with ${was}, this is ${is}: the last bits may differ\n`);
  }
}

function stopOnInterrupt({ io }: Session): { requested: () => boolean; forget: () => void } {
  let requested = false;
  const forget = io.onInterrupt(() => {
    requested = true;
    io.error("stopping after this step, with a checkpoint; once more quits at once\n");
  });
  return { requested: () => requested, forget };
}
