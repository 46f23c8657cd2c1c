import { basename, dirname } from "node:path";
import type { LintConfiguration } from "../../../compiler/lint/index.ts";
import { filesRead } from "../files-read.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { openBaseline, reportGone, saveBaseline, type WithoutKnown, withoutKnown } from "../lint-baseline.ts";
import { githubAnnotations, type LintedFile, sarifLog } from "../lint-reports.ts";
import { findFiles } from "../llnet-files.ts";
import { reportProblem } from "../problem.ts";
import { readText } from "../read-text.ts";
import { diagnosticsJson, reportDiagnostics } from "../report-diagnostics.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import type { WatchedRound } from "../watch.ts";
import { writeFiles } from "../write-files.ts";
import type { LintFormat, LintOptions } from "./lint.command.ts";

type Linter = Awaited<ReturnType<Session["services"]["lint"]>>;

const ownConfiguration = "llnet.config.json";
const ownBaseline = "llnet.baseline.json";

/**
 * Lints files and whole folders; with `--fix` repairs what can be repaired first. Ends with 1 where a warning or an error is
 * left, or where a baseline lists what is gone.
 */
export async function lint(session: Session, named: readonly string[], options: LintOptions): Promise<ExitCode> {
  if (options.unsafe === true && options.fix !== true)
    return reportProblem(
      session,
      { message: "`--unsafe` says which fixes to apply", help: "add `--fix`" },
      exitCodes.usage,
    );
  if (options.watch === true && options.writeBaseline === true)
    return reportProblem(session, { message: "a baseline is written once, not with `--watch`" }, exitCodes.usage);
  if (options.watch !== true) return (await lintOnce(session, named, options)).exitCode;
  const { watchRounds } = await import("../watch.ts");
  return watchRounds(session, () => lintOnce(session, named, options));
}

async function lintOnce(
  session: Session,
  named: readonly string[],
  options: LintOptions,
): Promise<WatchedRound & { readonly exitCode: ExitCode }> {
  const linter = await session.services.lint();
  const { files, folders, exitCode: found } = findFiles(session, named);
  const read = new Set([...files, options.config ?? ownConfiguration]);
  if (options.baseline !== undefined) read.add(options.baseline);
  const end = (exitCode: ExitCode) => ({ files: read, folders, exitCode });
  const configuration = readConfiguration(session, linter, options.config);
  if (configuration === undefined) return end(exitCodes.usage);
  const isWriting = options.writeBaseline === true;
  const baseline =
    options.baseline === undefined || isWriting ? undefined : openBaseline(session, linter, options.baseline);
  if (options.baseline !== undefined && !isWriting && baseline === undefined) return end(exitCodes.usage);

  const outcome = lintFiles(session, linter, files, options, configuration);
  for (const { sources } of outcome.linted) for (const path of filesRead(sources)) read.add(path);
  let exitCode = Math.max(found, outcome.exitCode) as ExitCode;
  if (isWriting) {
    const written = saveBaseline(session, linter, options.baseline ?? ownBaseline, outcome.linted);
    return end(Math.max(exitCode, written) as ExitCode);
  }
  const { linted, known, gone } =
    baseline === undefined
      ? { linted: outcome.linted, known: 0, gone: [] }
      : withoutKnown(linter, baseline, outcome.linted);
  const isBad = linted.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity !== "info"));
  if (isBad || gone.length > 0) exitCode = Math.max(exitCode, exitCodes.findings) as ExitCode;
  const format = options.format ?? (session.json ? "json" : "text");
  await print(session, linter, format, { linted, fixed: outcome.fixed, known, gone });
  if (format === "text" && options.baseline !== undefined) reportGone(session, options.baseline, gone);
  return end(exitCode);
}

function lintFiles(
  session: Session,
  linter: Linter,
  files: readonly string[],
  { fix, unsafe }: LintOptions,
  configuration: LintConfiguration,
): { readonly linted: readonly LintedFile[]; readonly fixed: number; readonly exitCode: ExitCode } {
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
    const outcome = fix === true ? linter.fixFile(given, unsafe) : undefined;
    const result = outcome?.result ?? linter.lintFile(given);
    if (outcome !== undefined && outcome.text !== read.text) {
      const failure = writeFiles(dirname(file), [{ path: basename(file), text: outcome.text }]);
      if (failure !== undefined) {
        const message = `\`${file}\` could not be written: ${failure.code}`;
        exitCode = reportProblem(session, { message }, exitCodes.usage);
        continue;
      }
      fixed += outcome.applied;
    }
    linted.push({ file, ...result });
  }
  return { linted, fixed, exitCode };
}

interface Outcome extends WithoutKnown {
  readonly fixed: number;
}

async function print(
  session: Session,
  { rules }: Linter,
  format: LintFormat,
  { linted, fixed, known, gone }: Outcome,
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
    return printJson(session, { files, fixed, known, gone });
  }
  for (const { diagnostics, sources } of linted) await reportDiagnostics(session, diagnostics, sources);
  session.io.error(verdict(linted, fixed, known));
}

/** The configuration of the file named, or of the working folder, or the default one; undefined where it is wrong. */
function readConfiguration(session: Session, linter: Linter, named: string | undefined) {
  const file = named ?? ownConfiguration;
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

function verdict(linted: readonly LintedFile[], fixed: number, known: number): string {
  const all = linted.flatMap(({ diagnostics }) => diagnostics);
  const plural = (number: number, word: string): string => `${number} ${word}${number === 1 ? "" : "s"}`;
  const counts = (["error", "warning", "info"] as const)
    .map((severity) => ({ severity, count: all.filter((diagnostic) => diagnostic.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => (severity === "info" ? plural(count, "remark") : plural(count, severity)));
  const found = counts.length === 0 ? "nothing to report" : counts.join(", ");
  const repaired = fixed === 0 ? "" : `, ${plural(fixed, "fix").replace(/fixs$/, "fixes")} applied`;
  const passed = known === 0 ? "" : `, ${known} known from the baseline`;
  return `${plural(linted.length, "file")} linted: ${found}${repaired}${passed}\n`;
}
