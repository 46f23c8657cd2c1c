import { basename, dirname } from "node:path";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { githubAnnotations, type LintedFile, sarifLog } from "../lint-reports.ts";
import { reportProblem } from "../problem.ts";
import { readText } from "../read-text.ts";
import { diagnosticsJson, reportDiagnostics } from "../report-diagnostics.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import { writeFiles } from "../write-files.ts";

export interface LintOptions {
  readonly fix?: true;
  readonly unsafe?: true;
  readonly format?: LintFormat;
  readonly config?: string;
}

export type LintFormat = "text" | "json" | "sarif" | "github";

type Linter = Awaited<ReturnType<Session["services"]["lint"]>>;

/** Lints files; with `--fix` repairs what can be repaired first. Ends with 1 where a warning or an error is left. */
export async function lint(session: Session, files: readonly string[], options: LintOptions): Promise<ExitCode> {
  const linter = await session.services.lint();
  const configuration = readConfiguration(session, linter, options.config);
  if (configuration === undefined) return exitCodes.usage;
  if (options.unsafe === true && options.fix !== true)
    return reportProblem(
      session,
      { message: "`--unsafe` says which fixes to apply", help: "add `--fix`" },
      exitCodes.usage,
    );
  const format = options.format ?? (session.json ? "json" : "text");
  let exitCode: ExitCode = exitCodes.fine;
  let fixed = 0;
  const linted: LintedFile[] = [];
  for (const file of files) {
    const read = readText(file);
    if (!("text" in read)) {
      exitCode = reportProblem(session, { message: `\`${file}\` cannot be read: ${read.reason}` }, exitCodes.usage);
      continue;
    }
    const given = { file, text: read.text, configuration };
    const outcome = options.fix === true ? linter.fixFile(given, options.unsafe) : undefined;
    const result = outcome?.result ?? linter.lintFile(given);
    if (outcome !== undefined && outcome.text !== read.text) {
      const failure = writeFiles(dirname(file), [{ path: basename(file), text: outcome.text }]);
      if (failure !== undefined) {
        exitCode = reportProblem(
          session,
          { message: `\`${file}\` could not be written: ${failure.code}` },
          exitCodes.usage,
        );
        continue;
      }
      fixed += outcome.applied;
    }
    linted.push({ file, ...result });
    const isBad = result.diagnostics.some(({ severity }) => severity !== "info");
    if (isBad) exitCode = Math.max(exitCode, exitCodes.findings) as ExitCode;
  }
  await print(session, linter, format, linted, fixed);
  return exitCode;
}

async function print(
  session: Session,
  { rules }: Linter,
  format: LintFormat,
  linted: readonly LintedFile[],
  fixed: number,
): Promise<void> {
  if (format === "sarif") return session.io.out(`${JSON.stringify(sarifLog(linted, rules), null, 2)}\n`);
  if (format === "github") return session.io.out(githubAnnotations(linted));
  if (format === "json") {
    const files = linted.map(({ file, diagnostics, suppressed, sources }) => ({
      file,
      diagnostics: diagnosticsJson(diagnostics, sources),
      suppressed: suppressed.map(({ diagnostic, reason }) => ({
        ...diagnosticsJson([diagnostic], sources)[0],
        reason,
      })),
    }));
    return printJson(session, { files, fixed });
  }
  for (const { diagnostics, sources } of linted) await reportDiagnostics(session, diagnostics, sources);
  session.io.error(verdict(linted, fixed));
}

/** The configuration of the file named, or of the working folder, or the default one; undefined where it is wrong. */
function readConfiguration(session: Session, linter: Linter, named: string | undefined) {
  const file = named ?? "llnet.config.json";
  const read = readText(file);
  if (!("text" in read)) {
    if (named === undefined && read.reason === "it does not exist") return linter.readConfiguration("{}").configuration;
    reportProblem(session, { message: `\`${file}\` cannot be read: ${read.reason}` }, exitCodes.usage);
    return undefined;
  }
  const { configuration, problems } = linter.readConfiguration(read.text);
  for (const problem of problems) reportProblem(session, { ...problem, path: file }, exitCodes.usage);
  return problems.length === 0 ? configuration : undefined;
}

function verdict(linted: readonly LintedFile[], fixed: number): string {
  const all = linted.flatMap(({ diagnostics }) => diagnostics);
  const plural = (number: number, word: string): string => `${number} ${word}${number === 1 ? "" : "s"}`;
  const counts = (["error", "warning", "info"] as const)
    .map((severity) => ({ severity, count: all.filter((diagnostic) => diagnostic.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => (severity === "info" ? plural(count, "remark") : plural(count, severity)));
  const found = counts.length === 0 ? "nothing to report" : counts.join(", ");
  const repaired = fixed === 0 ? "" : `, ${plural(fixed, "fix").replace(/fixs$/, "fixes")} applied`;
  return `${plural(linted.length, "file")} linted: ${found}${repaired}\n`;
}
