import type { Dataset, StepProgram } from "../../runtime/index.ts";
import type { Run, TrainingState } from "../../runtime/train/loop/index.ts";
import type { TrainOptions } from "./commands/train.command.ts";
import { type ExitCode, exitCodes } from "./io.ts";
import { isExitCode, loadModel } from "./load-model.ts";
import { openData } from "./open-data.ts";
import type { ExecutorName } from "./options/engine-options.ts";
import { reportProblem } from "./problem.ts";
import { selectExecutor } from "./select-engine.ts";
import type { Session } from "./session.ts";

/** What is to be trained, checked as far as it can be without an engine. */
export interface PreparedTraining {
  readonly program: StepProgram;
  readonly dataset: Dataset;
  /** As `--data` takes it. */
  readonly specification: string;
  readonly executor: ExecutorName;
  /** Text of every llnet file by path; empty where a run is continued by itself. */
  readonly sources: ReadonlyMap<string, string>;
  /** Where a run is continued. */
  readonly continued?: { readonly run: Run; readonly weights: string; readonly state: TrainingState };
}

/** Compiles the file or opens the run, and the data; every mistake is reported before training starts. */
export async function prepareTraining(
  session: Session,
  file: string | undefined,
  options: TrainOptions,
): Promise<PreparedTraining | ExitCode> {
  const loop = await session.services.loop();
  const wrong = contradiction(file, options);
  if (wrong !== undefined) return reportProblem(session, wrong, exitCodes.usage);
  const run = options.resume === undefined ? undefined : loop.openRun(options.resume);
  if (loop.isTrainingError(run)) return reportProblem(session, run, exitCodes.usage);

  const loaded = file === undefined ? undefined : await loadModel(session, file, options);
  if (loaded !== undefined && isExitCode(loaded)) return loaded;
  const compiled = loaded && withRecipe(loaded.program, options);
  const program = compiled ?? run?.program;
  if (program === undefined) throw new Error("neither a file nor a run");

  const specification = options.data ?? run?.manifest.dataset.specification ?? program.recipe.data;
  const dataset = await openData(session, specification, program);
  if (isExitCode(dataset)) return dataset;
  const executor = await selectExecutor(session, options, run?.manifest.executor);
  if (typeof executor === "number") return executor;
  const sources = loaded?.compilation.sources ?? new Map<string, string>();
  const prepared = { program, dataset, specification: specification ?? dataset.name, executor, sources };
  if (run === undefined) return prepared;

  const refused = loop.checkResume(run, { dataset, executor, ...(compiled && { program: compiled }) });
  if (refused !== undefined) return reportProblem(session, refused, exitCodes.usage);
  const checkpoint = loop.findCheckpoint(`${run.directory}/checkpoint`);
  if (loop.isTrainingError(checkpoint)) return reportProblem(session, checkpoint, exitCodes.usage);
  return { ...prepared, continued: { run, weights: checkpoint.weights, state: checkpoint.state } };
}

function contradiction(file: string | undefined, options: TrainOptions): { message: string; help: string } | undefined {
  if (file === undefined && options.resume === undefined) {
    return {
      message: "there is nothing to train",
      help: "give a file, as in `llnet train examples/digits.llnet --data digits`, or a run with `--resume`",
    };
  }
  if (options.resume !== undefined && options.out !== undefined) {
    return { message: "`--resume` continues in the run's own directory", help: "leave `--out` out" };
  }
  const override = (["epochs", "batch", "seed"] as const).find((name) => options[name] !== undefined);
  if (file === undefined && override !== undefined) {
    return {
      message: `\`--${override}\` cannot change a run that has begun`,
      help: "leave it out, or start a new run from the file",
    };
  }
  return undefined;
}

/** The recipe with what the command line says instead. */
function withRecipe(program: StepProgram, { epochs, batch, seed }: TrainOptions): StepProgram {
  const changes = {
    ...(epochs !== undefined && { epochs }),
    ...(batch !== undefined && { batch }),
    ...(seed !== undefined && { seed }),
  };
  return { ...program, recipe: { ...program.recipe, ...changes } };
}
