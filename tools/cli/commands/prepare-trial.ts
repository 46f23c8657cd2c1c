import { readSources, type TrialFile } from "../../ablation/store.ts";
import { type ExitCode, exitCodes } from "../io.ts";
import { openData } from "../open-data.ts";
import type { PreparedTraining } from "../prepare-training.ts";
import { reportProblem } from "../problem.ts";
import { reportDiagnostics } from "../report-diagnostics.ts";
import type { Session } from "../session.ts";

/** Compiles a trial from the texts it was planned from, and opens its data: both must be what the plan says. */
export async function prepareTrial(
  session: Session,
  directory: string,
  file: TrialFile,
): Promise<PreparedTraining | ExitCode> {
  const { trial } = file;
  const texts = readSources(directory, file);
  if (texts === undefined) {
    const help = "run the study again; it writes what is missing";
    return reportProblem(
      session,
      { message: "the texts the trial was planned from are missing", help, path: directory },
      exitCodes.usage,
    );
  }
  const { compile, createMemoryHost } = await session.services.compiler();
  const { programIdentity } = await session.services.ablate();
  const { main, model, set } = readArguments(trial.arguments);
  const compilation = compile({
    file: main,
    host: createMemoryHost(texts),
    set,
    ...(model !== undefined && { model }),
  });
  await reportDiagnostics(session, compilation.diagnostics, compilation.sources);
  if (compilation.program === undefined) return exitCodes.findings;
  if (programIdentity(compilation.program) !== trial.programHash) {
    const help = "plan the study again with this version of llnet: `llnet ablate run FILE`";
    const message = "the trial was planned with another version of llnet, which compiles it to another program";
    return reportProblem(session, { message, help, path: directory }, exitCodes.usage);
  }
  const program = { ...compilation.program, recipe: { ...compilation.program.recipe, seed: trial.seed } };
  const dataset = await openData(session, trial.data.specification, program);
  if (typeof dataset === "number") return dataset;
  if (dataset.checksum !== trial.data.checksum) {
    const help = "put the files back, or plan the study again: other data are other trials";
    const message = "the data are not the ones the trial was planned with";
    return reportProblem(session, { message, help, path: trial.data.specification }, exitCodes.usage);
  }
  const sources = new Map(Object.entries(texts));
  const { chooseEngine, executorFor } = await session.services.engine();
  const executor = executorFor(chooseEngine());
  return { program, dataset, specification: trial.data.specification, executor, sources };
}

/** What a trial's command line says of the model. */
function readArguments(words: readonly string[]): { main: string; model?: string; set: Record<string, string> } {
  const set: Record<string, string> = {};
  let model: string | undefined;
  for (const [index, word] of words.entries()) {
    const value = words[index + 1] ?? "";
    if (word === "--model") model = value;
    if (word === "--set") set[value.slice(0, value.indexOf("="))] = value.slice(value.indexOf("=") + 1);
  }
  return { main: words[1] ?? "", set, ...(model !== undefined && { model }) };
}
