/** `--baseline FILE` and `--write-baseline` of `llnet lint`. */
import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Baseline, KnownFinding } from "../../compiler/lint/index.ts";
import type { ExitCode } from "./io.ts";
import { exitCodes } from "./io.ts";
import type { LintedFile } from "./lint-reports.ts";
import { reportProblem } from "./problem.ts";
import { readText } from "./read-text.ts";
import type { Services } from "./services.ts";
import type { Session } from "./session.ts";
import { writeFiles } from "./write-files.ts";

type Linter = Awaited<ReturnType<Services["lint"]>>;

/** The baseline in a file; undefined, and reported, where there is none. */
export function openBaseline(session: Session, linter: Linter, file: string): Baseline | undefined {
  const read = readText(file);
  if (!("text" in read)) {
    const help = "`--write-baseline` makes one of what is found now";
    reportProblem(session, { message: `\`${file}\` cannot be read: ${read.reason}`, help }, exitCodes.usage);
    return undefined;
  }
  const baseline = linter.readBaseline(read.text);
  if (baseline === undefined)
    reportProblem(session, { message: `\`${file}\` is no baseline of llnet lint` }, exitCodes.usage);
  return baseline;
}

export interface WithoutKnown {
  readonly linted: readonly LintedFile[];
  /** How many findings the baseline knows. */
  readonly known: number;
  /** What the baseline knows and nobody finds any more, in files that were linted or that are gone. */
  readonly gone: readonly KnownFinding[];
}

/** Takes away what the baseline knows. */
export function withoutKnown(linter: Linter, baseline: Baseline, linted: readonly LintedFile[]): WithoutKnown {
  let known = 0;
  const gone: KnownFinding[] = baseline.findings.filter(({ file }) => !existsSync(file));
  const kept = linted.map((each) => {
    const compared = linter.compareWithBaseline(baseline, each);
    known += compared.known.length;
    gone.push(...compared.gone);
    return { ...each, diagnostics: compared.fresh, known: compared.known };
  });
  return { linted: kept, known, gone };
}

export function reportGone(session: Session, file: string, gone: readonly KnownFinding[]): void {
  if (gone.length === 0) return;
  const what = gone.map(({ file, rule, line }) => `  ${file}: ${rule} at \`${line}\``).join("\n");
  const message = `the baseline lists ${gone.length} finding${gone.length === 1 ? "" : "s"} that ${gone.length === 1 ? "is" : "are"} gone`;
  const help = "`--write-baseline` takes them off the list";
  reportProblem(session, { severity: "warning", message: `${message}\n${what}`, path: file, help }, exitCodes.findings);
}

export function saveBaseline(session: Session, linter: Linter, file: string, linted: readonly LintedFile[]): ExitCode {
  const baseline = linter.createBaseline(linted);
  const failure = writeFiles(dirname(file), [{ path: basename(file), text: linter.printBaseline(baseline) }]);
  if (failure !== undefined)
    return reportProblem(session, { message: `\`${file}\` could not be written: ${failure.code}` }, exitCodes.usage);
  const count = baseline.findings.reduce((sum, each) => sum + each.count, 0);
  session.io.error(`${count} finding${count === 1 ? "" : "s"} written to ${file}\n`);
  return exitCodes.fine;
}
