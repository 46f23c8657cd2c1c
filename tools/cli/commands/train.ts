import type { StepProgram } from "../../../runtime/index.ts";
import type { TrainOptions } from "../command-table.ts";
import { describeRun, runName } from "../describe-run.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { isExitCode, loadModel } from "../load-model.ts";
import { openData } from "../open-data.ts";
import { reportProblem } from "../problem.ts";
import { createProgress } from "../progress.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import { renderOutcome, trainingDocument } from "../training-report.ts";

/** Trains a model, or continues a run. */
export async function train(session: Session, file: string | undefined, options: TrainOptions): Promise<ExitCode> {
  const loop = await session.services.loop();
  const wrong = contradiction(file, options);
  if (wrong !== undefined) return reportProblem(session, wrong, exitCodes.usage);
  const old = options.resume === undefined ? undefined : loop.openRun(options.resume);
  if (loop.isTrainingError(old)) return reportProblem(session, old, exitCodes.usage);

  const loaded = file === undefined ? undefined : await loadModel(session, file, options);
  if (loaded !== undefined && isExitCode(loaded)) return loaded;
  const compiled = loaded && withRecipe(loaded.program, options);
  const program = compiled ?? old?.program;
  if (program === undefined) throw new Error("neither a file nor a run");

  const specification = options.data ?? old?.manifest.dataset.specification ?? program.recipe.data;
  const dataset = await openData(session, specification, program);
  if (isExitCode(dataset)) return dataset;
  const executor = options.executor ?? (old?.manifest.executor === "eager" ? "eager" : "graph");
  const refused = old && loop.checkResume(old, { dataset, executor, ...(compiled && { program: compiled }) });
  if (refused !== undefined) return reportProblem(session, refused, exitCodes.usage);
  const checkpoint = old && loop.findCheckpoint(`${old.directory}/checkpoint`);
  if (loop.isTrainingError(checkpoint)) return reportProblem(session, checkpoint, exitCodes.usage);

  const { createTrainer } = await session.services.runtime();
  const trainer = await createTrainer(program, { executor, seed: program.recipe.seed });
  try {
    const manifest = await describeRun(session, {
      program,
      dataset,
      executor,
      specification: specification ?? dataset.name,
      sources: loaded?.compilation.sources,
    });
    const directory = options.out ?? `runs/${runName(program.name, manifest.created)}`;
    const run = old ?? loop.createRun(directory, manifest, program, loaded?.compilation.sources ?? new Map());
    if (loop.isTrainingError(run)) return reportProblem(session, run, exitCodes.usage);
    if (checkpoint !== undefined) await trainer.load(checkpoint.weights);

    const progress = createProgress(session.io);
    progress.begin({ program, dataset, engine: manifest.engine, executor, run: run.directory });
    const stop = stopOnInterrupt(session);
    const outcome = await loop.runTraining({
      program,
      trainer,
      dataset,
      ...(checkpoint && { from: checkpoint.state }),
      ...(options.maxSteps !== undefined && { maxSteps: options.maxSteps }),
      checkpoint: (state) => loop.writeCheckpoint(`${run.directory}/checkpoint`, state, trainer),
      stopRequested: stop.requested,
      onEvent(event) {
        progress.show(event);
        // Steps are too many to keep; everything else is.
        if (event.kind === "step" || event.kind === "evaluation") return undefined;
        return loop.appendLog(run.directory, { time: new Date().toISOString(), ...event });
      },
    });
    stop.forget();
    progress.end();
    if (outcome.error !== undefined) reportProblem(session, outcome.error, exitCodes.findings);
    const latest = loop.findCheckpoint(`${run.directory}/checkpoint`);
    const document = trainingDocument({
      run,
      outcome,
      memory: trainer.memory(),
      engine: manifest.engine,
      checkpoint: "path" in latest && "state" in latest ? latest.path : null,
    });
    if (session.json) printJson(session, document);
    else session.io.out(renderOutcome(document, outcome, program));
    return {
      finished: exitCodes.fine,
      step_limit: exitCodes.fine,
      interrupted: exitCodes.interrupted,
      failed: exitCodes.findings,
    }[outcome.reason];
  } finally {
    trainer.dispose();
  }
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

function stopOnInterrupt({ io }: Session): { requested: () => boolean; forget: () => void } {
  let requested = false;
  const forget = io.onInterrupt(() => {
    requested = true;
    io.error("\nstopping after this step, with a checkpoint; once more quits at once\n");
  });
  return { requested: () => requested, forget };
}
