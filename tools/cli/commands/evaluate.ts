import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { isExitCode, loadModel } from "../load-model.ts";
import { openData } from "../open-data.ts";
import { openTrained } from "../open-trained.ts";
import { reportProblem } from "../problem.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import { splitOf, splitTitles } from "../split-of.ts";
import { count, percent, textTable } from "../text-table.ts";
import type { EvaluateOptions } from "./evaluate.command.ts";

/** Measures a run's checkpoint on a split; given a file, its program must be the one the checkpoint was made with. */
export async function evaluate(session: Session, target: string, options: EvaluateOptions): Promise<ExitCode> {
  const fromFile = target.endsWith(".llnet");
  if (fromFile && options.checkpoint === undefined) {
    const help = "say `--checkpoint RUN`, or give the run itself: `llnet eval RUN`";
    return reportProblem(session, { message: "a file has no weights to measure", help }, exitCodes.usage);
  }
  const trained = await openTrained(session, options.checkpoint ?? target, options);
  if (isExitCode(trained)) return trained;
  const { run } = trained;
  const loaded = fromFile ? await loadModel(session, target, options) : { program: run.program };
  if (isExitCode(loaded)) return loaded;
  const { program } = loaded;
  const different = await otherWeights(session, run.program, program);
  if (different !== undefined) return reportProblem(session, different, exitCodes.usage);
  const dataset = await openData(session, options.data ?? run.manifest.dataset.specification, program);
  if (isExitCode(dataset)) return dataset;

  const images = splitOf(dataset, options.split);
  if ("message" in images) return reportProblem(session, images, exitCodes.usage);

  const trainer = await trained.open(program);
  try {
    const { measure } = await session.services.loop();
    const { createBatches } = await session.services.runtime();
    const { batch, seed, normalize } = program.recipe;
    const batches = createBatches({
      dataset,
      split: options.split,
      batch,
      epoch: 1,
      seed,
      shuffle: false,
      augment: [],
      ...(normalize && { normalize }),
    });
    const result = await measure({ program, trainer, batches });
    if (result === null) throw new Error("a measurement that nobody stops has stopped");
    if (session.json) {
      printJson(session, {
        run: run.directory,
        checkpoint: trained.checkpoint,
        dataset: dataset.name,
        split: options.split,
        ...result,
      });
    } else {
      const rows = Object.entries(result.accuracies).map(([name, share]) => [name, percent(share)]);
      const losses = Object.entries(result.losses).map(([name, loss]) => [name, loss.toPrecision(4)]);
      const table = (title: string, value: string, cells: string[][]) =>
        textTable(
          [
            { title, align: "left" },
            { title: value, align: "right" },
          ],
          cells,
        );
      session.io.out(
        `${program.name} on ${count(result.samples)} ${splitTitles[options.split]} images of ${dataset.name}: ` +
          `${percent(result.accuracy)}\n\n${table("classifier", "accuracy", rows)}\n${table("loss", "mean", losses)}`,
      );
    }
    return exitCodes.fine;
  } finally {
    trainer.dispose();
  }
}

/** Weights fit where every variable that evaluation reads has its address and shape. */
async function otherWeights(
  session: Session,
  trained: { readonly variables: readonly { readonly address: string; readonly type: unknown }[] },
  asked: typeof trained,
): Promise<{ code: string; message: string; help: string } | undefined> {
  const known = new Map(trained.variables.map(({ address, type }) => [address, JSON.stringify(type)]));
  const missing = asked.variables.filter(({ address, type }) => known.get(address) !== JSON.stringify(type));
  const [first] = missing;
  if (first === undefined && known.size === asked.variables.length) return undefined;
  void session;
  const example =
    first === undefined
      ? "the run has more weights than the file"
      : `\`${first.address}\` is another or none in the run`;
  return {
    code: "LL8036",
    message: `the file is not the model the run has trained: ${example}`,
    help: "measure the run itself: `llnet eval RUN`",
  };
}
