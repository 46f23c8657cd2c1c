import { filesRead } from "../files-read.ts";
import type { ExitCode } from "../io.ts";
import { findFiles } from "../llnet-files.ts";
import { failureCode } from "../load-model.ts";
import { diagnosticsJson, reportDiagnostics } from "../report-diagnostics.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import type { WatchedRound } from "../watch.ts";
import type { CheckOptions } from "./check.command.ts";

/** Checks every model of every file, or of every file in a folder, and reports all diagnostics. */
export async function check(session: Session, named: readonly string[], options: CheckOptions): Promise<ExitCode> {
  if (options.watch !== true) return (await checkOnce(session, named, options)).exitCode;
  const { watchRounds } = await import("../watch.ts");
  return watchRounds(session, () => checkOnce(session, named, options));
}

async function checkOnce(
  session: Session,
  named: readonly string[],
  { watch: _, ...options }: CheckOptions,
): Promise<WatchedRound & { readonly exitCode: ExitCode }> {
  const compiler = await session.services.compiler();
  const { files, folders, exitCode: found } = findFiles(session, named);
  let exitCode: ExitCode = found;
  let errors = 0;
  let warnings = 0;
  const report: object[] = [];
  const read = new Set(files);
  for (const file of files) {
    const { sources, models, diagnostics } = compiler.check({ file, ...options });
    for (const path of filesRead(sources)) read.add(path);
    if (!session.json) await reportDiagnostics(session, diagnostics, sources);
    errors += diagnostics.filter(({ severity }) => severity === "error").length;
    warnings += diagnostics.filter(({ severity }) => severity === "warning").length;
    report.push({ file, models, diagnostics: diagnosticsJson(diagnostics, sources) });
    if (diagnostics.some(({ severity }) => severity === "error")) {
      exitCode = Math.max(exitCode, failureCode({ diagnostics, sources, models }, file)) as ExitCode;
    }
  }
  if (session.json) printJson(session, { files: report, errors, warnings });
  else session.io.error(`${verdict(files.length, errors, warnings)}\n`);
  return { exitCode, files: read, folders };
}

function verdict(files: number, errors: number, warnings: number): string {
  const plural = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const checked = plural(files, "file");
  if (errors === 0 && warnings === 0) return `${checked} checked, nothing to report`;
  return `${checked} checked: ${plural(errors, "error")}, ${plural(warnings, "warning")}`;
}
