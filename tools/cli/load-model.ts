import type { Compilation, SourceHost } from "../../compiler/index.ts";
import type { StepProgram } from "../../runtime/index.ts";
import type { ExitCode } from "./io.ts";
import { exitCodes } from "./io.ts";
import type { ModelOptions } from "./options/model-options.ts";
import { reportDiagnostics } from "./report-diagnostics.ts";
import type { Session } from "./session.ts";

export interface LoadedModel {
  readonly compilation: Compilation;
  readonly program: StepProgram;
}

/** Compiles a file and prints what the compiler has to say; an exit code where there is no program. */
export async function loadModel(
  session: Session,
  file: string,
  options: ModelOptions,
  host?: SourceHost,
): Promise<LoadedModel | ExitCode> {
  const { compile } = await session.services.compiler();
  const compilation = compile({
    file,
    set: options.set,
    ...(options.model !== undefined && { model: options.model }),
    ...(host !== undefined && { host }),
  });
  await reportDiagnostics(session, compilation.diagnostics, compilation.sources);
  if (compilation.program === undefined) return failureCode(compilation, file);
  return { compilation, program: compilation.program };
}

/** Findings, except where the file itself could not be read: then the command line is wrong. */
export function failureCode(compilation: Compilation, file: string): ExitCode {
  const unreadable = compilation.diagnostics.some(
    ({ name, primary }) => name === "unreadable-file" && primary.place.file === file,
  );
  return unreadable ? exitCodes.usage : exitCodes.findings;
}

export function isExitCode(value: object | ExitCode): value is ExitCode {
  return typeof value === "number";
}
