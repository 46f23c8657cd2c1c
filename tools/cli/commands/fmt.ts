import { basename, dirname } from "node:path";
import { fromSyntaxProblem } from "../../../compiler/diagnostics/from-syntax-problem.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { findFiles } from "../llnet-files.ts";
import { reportProblem } from "../problem.ts";
import { readText } from "../read-text.ts";
import { diagnosticsJson, reportDiagnostics } from "../report-diagnostics.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import { writeFiles } from "../write-files.ts";
import type { FormatOptions } from "./fmt.command.ts";

/** Formats files, and those in folders, in place; with `--check` only says which ones would change, with `--stdin` formats what it is given. */
export async function fmt(session: Session, named: readonly string[], options: FormatOptions): Promise<ExitCode> {
  if (options.stdin === true) return formatInput(session, options);
  if (named.length === 0) {
    const help = "llnet fmt examples/digits.llnet, or --stdin";
    return reportProblem(session, { message: "there is nothing to format", help }, exitCodes.usage);
  }
  const { formatText } = await session.services.format();
  const { files, exitCode: found } = findFiles(session, named);
  let exitCode: ExitCode = found;
  const worsen = (code: ExitCode): void => {
    exitCode = Math.max(exitCode, code) as ExitCode;
  };
  const report: object[] = [];
  const changed: string[] = [];
  for (const file of files) {
    const read = readText(file);
    if (!("text" in read)) {
      worsen(unreadable(session, file, read.reason));
      continue;
    }
    const { text, problems } = formatText(read.text, file);
    const diagnostics = problems.map((problem) => fromSyntaxProblem(problem, file));
    const sources = new Map([[file, read.text]]);
    if (problems.length > 0) worsen(exitCodes.findings);
    if (!session.json) await reportDiagnostics(session, diagnostics, sources);
    const isChanged = text !== read.text;
    report.push({ file, changed: isChanged, diagnostics: diagnosticsJson(diagnostics, sources) });
    if (!isChanged) continue;
    changed.push(file);
    if (options.check === true) worsen(exitCodes.findings);
    else {
      const failure = writeFiles(dirname(file), [{ path: basename(file), text }]);
      if (failure !== undefined) {
        const message = `\`${file}\` could not be written: ${failure.code}`;
        worsen(reportProblem(session, { message }, exitCodes.usage));
      }
    }
  }
  if (session.json) printJson(session, { files: report, changed: changed.length });
  else session.io.error(verdict(files.length, changed, options.check === true));
  return exitCode;
}

async function formatInput(session: Session, { check }: FormatOptions): Promise<ExitCode> {
  const name = "standard input";
  const read = readText(0);
  if (!("text" in read)) return unreadable(session, name, read.reason);
  const { formatText } = await session.services.format();
  const { text, problems } = formatText(read.text, name);
  const diagnostics = problems.map((problem) => fromSyntaxProblem(problem, name));
  await reportDiagnostics(session, diagnostics, new Map([[name, read.text]]));
  if (check !== true) session.io.out(text);
  const isFine = problems.length === 0 && (check !== true || text === read.text);
  return isFine ? exitCodes.fine : exitCodes.findings;
}

function unreadable(session: Session, file: string, reason: string): ExitCode {
  return reportProblem(session, { message: `\`${file}\` cannot be read: ${reason}` }, exitCodes.usage);
}

function verdict(files: number, changed: readonly string[], isCheck: boolean): string {
  const count = files === 1 ? "1 file" : `${files} files`;
  if (changed.length === 0) return `${count} looked at, nothing to change\n`;
  const names = changed.map((file) => `  ${file}\n`).join("");
  return `${count} looked at, ${changed.length} ${isCheck ? "would change" : "changed"}:\n${names}`;
}
