import type { ModelOptions } from "../command-table.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { failureCode } from "../load-model.ts";
import { diagnosticsJson, reportDiagnostics } from "../report-diagnostics.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";

/** Checks every model of every file and reports all diagnostics. */
export async function check(session: Session, files: readonly string[], options: ModelOptions): Promise<ExitCode> {
  const compiler = await session.services.compiler();
  let exitCode: ExitCode = exitCodes.fine;
  let errors = 0;
  let warnings = 0;
  const report: object[] = [];
  for (const file of files) {
    const { diagnostics, sources, models } = compiler.check({ file, ...options });
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
  return exitCode;
}

function verdict(files: number, errors: number, warnings: number): string {
  const plural = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const checked = plural(files, "file");
  if (errors === 0 && warnings === 0) return `${checked} checked, nothing to report`;
  return `${checked} checked: ${plural(errors, "error")}, ${plural(warnings, "warning")}`;
}
