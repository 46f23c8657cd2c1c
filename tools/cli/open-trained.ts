import type { StepProgram } from "../../runtime/index.ts";
import type { Run } from "../../runtime/train/loop/index.ts";
import type { ExitCode } from "./io.ts";
import { exitCodes } from "./io.ts";
import type { ExecutorName } from "./options/engine-options.ts";
import { reportProblem } from "./problem.ts";
import type { EngineOptions } from "./select-engine.ts";
import { selectExecutor } from "./select-engine.ts";
import type { Session } from "./session.ts";

type Trainer = Awaited<ReturnType<Awaited<ReturnType<Session["services"]["runtime"]>>["createTrainer"]>>;

export interface Trained {
  readonly run: Run;
  readonly checkpoint: string;
  /** Loads the engine, then the weights; the caller disposes of it. */
  readonly open: (program: StepProgram) => Promise<Trainer>;
}

/** A run and its latest checkpoint, or the weights of its best epoch. */
export async function openTrained(
  session: Session,
  directory: string,
  options: EngineOptions & { readonly best?: true },
): Promise<Trained | ExitCode> {
  const loop = await session.services.loop();
  const run = loop.openRun(directory);
  if (loop.isTrainingError(run)) return reportProblem(session, run, exitCodes.usage);
  const checkpoint = options.best
    ? loop.findBest(run.directory, run.program)
    : loop.findCheckpoint(`${run.directory}/checkpoint`);
  if (loop.isTrainingError(checkpoint)) return reportProblem(session, checkpoint, exitCodes.usage);

  const selected = await selectExecutor(session, options);
  if (typeof selected === "number") return selected;
  const executor: ExecutorName = selected;

  async function open(program: StepProgram): Promise<Trainer> {
    const { createTrainer } = await session.services.runtime();
    const trainer = await createTrainer(program, { executor, seed: program.recipe.seed });
    await trainer.load((checkpoint as { weights: string }).weights);
    return trainer;
  }

  return { run, checkpoint: checkpoint.path, open };
}
