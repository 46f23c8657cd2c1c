import type { Comparison, SourceHost } from "../../../compiler/index.ts";
import { renderComparison } from "../../diff/render-comparison.ts";
import { createGitHost } from "../git-host.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { isExitCode, type LoadedModel, loadModel } from "../load-model.ts";
import type { ModelOptions } from "../options/model-options.ts";
import { reportProblem } from "../problem.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import type { DiffOptions } from "./diff.command.ts";

/**
 * Says in words what makes the second model another one than the first. `--set` changes the second; without a second file
 * it is the first one changed.
 */
export async function diff(
  session: Session,
  first: string,
  second: string | undefined,
  options: DiffOptions,
): Promise<ExitCode> {
  if (second === undefined && Object.keys(options.set).length === 0) {
    const help = "give a second file, or change the first one with --set, for example --set heads.local=greedy";
    return reportProblem(session, { message: "there is nothing to compare the file with", help }, exitCodes.usage);
  }
  const before = await load(session, first, { ...options, set: {} });
  if (isExitCode(before)) return before;
  const after = await load(session, second ?? first, options);
  if (isExitCode(after)) return after;
  const { compareModels } = await session.services.compiler();
  const comparison = compareModels(parts(before), parts(after));
  if (session.json) printJson(session, comparison);
  else session.io.out(renderComparison(comparison, names(comparison, first, second)));
  return options.exitCode === true && !comparison.same ? exitCodes.findings : exitCodes.fine;
}

/** `FILE`, `FILE@MODEL`, `git:REVISION:FILE` or `git:REVISION:FILE@MODEL`. */
async function load(session: Session, written: string, options: ModelOptions): Promise<LoadedModel | ExitCode> {
  const { revision, file, model } = readTarget(written);
  let host: SourceHost | undefined;
  if (revision !== undefined) {
    const { createFileHost } = await session.services.compiler();
    host = createGitHost(revision, createFileHost({ main: file }));
  }
  const named = model ?? options.model;
  const { model: _model, ...others } = options;
  return loadModel(session, file, { ...others, ...(named !== undefined && { model: named }) }, host);
}

/** A model's name stands behind the last `@`, where what follows can be one. */
function readTarget(written: string): { readonly revision?: string; readonly file: string; readonly model?: string } {
  const git = /^git:([^:]+):(.+)$/.exec(written);
  const place = git?.[2] ?? written;
  const named = /^(.*\.llnet)@(\w+)$/.exec(place);
  return {
    file: named?.[1] ?? place,
    ...(git?.[1] !== undefined && { revision: git[1] }),
    ...(named?.[2] !== undefined && { model: named[2] }),
  };
}

function parts({ compilation, program }: LoadedModel) {
  if (compilation.scoped === undefined) throw new Error("a compilation with a program has no scoped model");
  return { scoped: compilation.scoped, program };
}

/** Models by their names; where those are equal, by where they came from. */
function names({ before, after }: Comparison, first: string, second: string | undefined): readonly [string, string] {
  if (before.name !== after.name) return [before.name, after.name];
  return [first, second ?? `${first} as set`];
}
