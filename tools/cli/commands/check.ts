import type { Compilation } from "../../../compiler/index.ts";
import type { ModelOptions } from "../command-table.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { failureCode } from "../load-model.ts";
import { diagnosticsJson, reportDiagnostics } from "../report-diagnostics.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";

type Compiler = Awaited<ReturnType<Session["services"]["compiler"]>>;

/** Compiles every model of every file and reports all diagnostics. */
export async function check(session: Session, files: readonly string[], options: ModelOptions): Promise<ExitCode> {
  const compiler = await session.services.compiler();
  let exitCode: ExitCode = exitCodes.fine;
  let errors = 0;
  let warnings = 0;
  const report: object[] = [];
  for (const file of files) {
    const compilations = compileAll(compiler, file, options);
    const [first] = compilations;
    if (first === undefined) continue;
    const sources = new Map(compilations.flatMap((compilation) => [...compilation.sources]));
    const diagnostics = distinct(compilations);
    if (!session.json) await reportDiagnostics(session, diagnostics, sources);
    errors += diagnostics.filter(({ severity }) => severity === "error").length;
    warnings += diagnostics.filter(({ severity }) => severity === "warning").length;
    report.push({ file, models: first.models, diagnostics: diagnosticsJson(diagnostics, sources) });
    if (diagnostics.some(({ severity }) => severity === "error")) {
      exitCode = Math.max(exitCode, failureCode(first, file)) as ExitCode;
    }
  }
  if (session.json) printJson(session, { files: report, errors, warnings });
  else session.io.error(`${verdict(files.length, errors, warnings)}\n`);
  return exitCode;
}

/** Every model of the file, or the one that was asked for. */
function compileAll(
  { compile }: Pick<Compiler, "compile">,
  file: string,
  options: ModelOptions,
): readonly Compilation[] {
  const { model, set } = options;
  if (model !== undefined) return [compile({ file, model, set })];
  const first = compile({ file, set });
  if (first.models.length < 2) return [first];
  return first.models.map((name) => compile({ file, model: name, set }));
}

/** What several models of a file share is said once. */
function distinct(compilations: readonly Compilation[]): Compilation["diagnostics"] {
  const all = compilations.flatMap(({ diagnostics }) => diagnostics);
  return [...new Map(all.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values()];
}

function verdict(files: number, errors: number, warnings: number): string {
  const plural = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const checked = plural(files, "file");
  if (errors === 0 && warnings === 0) return `${checked} checked, nothing to report`;
  return `${checked} checked: ${plural(errors, "error")}, ${plural(warnings, "warning")}`;
}
