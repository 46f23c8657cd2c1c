import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join, resolve } from "node:path";
import { readPlans } from "../../ablation/plan-file.ts";
import type { StudyPlan } from "../../ablation/types.ts";
import { accuracyChart } from "../../report/charts/accuracy-chart.ts";
import { copyRuns } from "../../report/copy-runs.ts";
import { csvReport } from "../../report/csv.ts";
import { differencesOf } from "../../report/differences.ts";
import { htmlReport } from "../../report/html/page.ts";
import { latexReport } from "../../report/latex.ts";
import { markdownReport } from "../../report/markdown.ts";
import { reportStudy, type StudyReport } from "../../report/study-report.ts";
import { type ExitCode, exitCodes } from "../io.ts";
import { reportProblem } from "../problem.ts";
import { printJson, type Session } from "../session.ts";
import { writeFiles } from "../write-files.ts";
import type { ReportFormat, ReportOptions } from "./ablate-report.command.ts";

const endings: Readonly<Record<ReportFormat, string>> = {
  html: ".html",
  markdown: ".md",
  csv: ".csv",
  latex: ".tex",
  svg: ".svg",
  png: ".png",
};

/** Writes what studies have shown so far, also while they run. */
export async function ablateReport(
  session: Session,
  file: string | undefined,
  options: ReportOptions,
): Promise<ExitCode> {
  const plans = readPlans(options.runs, file);
  if (plans.length === 0) {
    const what = file === undefined ? "no study has been run" : `\`${file}\` has not been run`;
    const problem = { message: `${what} in \`${options.runs}\``, help: "run one with `llnet ablate run FILE`" };
    return reportProblem(session, problem, exitCodes.usage);
  }
  const runs = options.copyRuns && !session.json ? copiedRuns(session, plans, options) : options.runs;
  if (typeof runs === "number") return runs;
  const compiler = await session.services.compiler();
  const reports = plans.flatMap((plan) =>
    plan.studies
      .filter(({ name }) => options.study === undefined || name === options.study)
      .map((study) => reportStudy(plan, study, runs, differencesOf(compiler, plan, study, runs))),
  );
  if (reports.length === 0) {
    const names = plans.flatMap(({ studies }) => studies.map(({ name }) => `\`${name}\``)).join(", ");
    return reportProblem(
      session,
      { message: `there is no study \`${options.study}\``, help: `there are ${names}` },
      exitCodes.usage,
    );
  }
  if (session.json) {
    printJson(session, { studies: reports });
    return exitCodes.fine;
  }
  const written = writeReports(session, reports, options);
  if (typeof written === "number") return written;
  session.io.out(`${written.map((path) => `wrote ${path}`).join("\n")}\n`);
  return exitCodes.fine;
}

function writeReports(
  session: Session,
  reports: readonly StudyReport[],
  { out, format, runs }: ReportOptions,
): readonly string[] | ExitCode {
  const folder = dirname(resolve(out));
  const stem = basename(out, extname(out));
  const files = format.flatMap((each) => render(session, reports, each, { folder, stem, runs }));
  const failure = writeFiles(
    folder,
    files.map(({ path, content }) => ({ path, text: content })),
  );
  if (failure !== undefined) return notWritten(session, out, failure.code);
  return files.map(({ path }) => join(dirname(out), path));
}

/** The runs beside the report: `table-runs/` beside `table.html`. */
function copiedRuns(session: Session, plans: readonly StudyPlan[], { out, runs }: ReportOptions): string | ExitCode {
  const target = join(dirname(out), `${basename(out, extname(out))}-runs`);
  try {
    copyRuns(plans, runs, target);
    return target;
  } catch (error) {
    if (error instanceof Error && "code" in error) return notWritten(session, target, String(error.code));
    throw error;
  }
}

function notWritten(session: Session, path: string, code: string): ExitCode {
  const message = `the report could not be written: ${code}`;
  return reportProblem(session, { message, help: "choose another place with `-o`", path }, exitCodes.usage);
}

interface Rendered {
  readonly path: string;
  readonly content: string | Buffer;
}

function render(
  session: Session,
  reports: readonly StudyReport[],
  format: ReportFormat,
  { folder, stem, runs }: { readonly folder: string; readonly stem: string; readonly runs: string },
): readonly Rendered[] {
  const path = `${stem}${endings[format]}`;
  const joined = (write: (report: StudyReport) => string, between = "\n") => [
    { path, content: reports.map(write).join(between) },
  ];
  if (format === "markdown") return joined(markdownReport);
  if (format === "csv") return joined(csvReport, "");
  if (format === "latex") return joined(latexReport);
  if (format === "html") {
    const title = basename(reports[0]?.file ?? runs).replace(/\.llnet$/, "");
    return [{ path, content: htmlReport(reports, { title, folder, written: new Date().toISOString() }) }];
  }
  const charts = reports.map((report) => ({
    path: reports.length === 1 ? path : `${stem}-${report.study.name}${endings[format]}`,
    content: accuracyChart(report),
  }));
  if (format === "svg") return charts;
  return charts.flatMap(({ path: name, content }) => {
    const picture = rasterize(content);
    if (picture === undefined)
      session.io.error("note: no PNG: it needs Chromium or Chrome; `--format svg` needs nothing\n");
    return picture === undefined ? [] : [{ path: name, content: picture }];
  });
}

/** A PNG of a picture, at twice its size, by a browser without a window. */
function rasterize(svg: string): Buffer | undefined {
  const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  const folder = mkdtempSync(join(tmpdir(), "llnet-picture-"));
  try {
    const page = join(folder, "picture.html");
    const target = join(folder, "picture.png");
    writeFileSync(page, `<!doctype html><style>body{margin:0;background:#fff}svg{display:block}</style>${svg}`);
    for (const browser of ["chromium", "google-chrome", "chrome"]) {
      const words = ["--headless=new", "--no-sandbox", "--hide-scrollbars", "--force-device-scale-factor=2"];
      const size = `--window-size=${Math.ceil(Number(width))},${Math.ceil(Number(height))}`;
      const { status } = spawnSync(browser, [...words, size, `--screenshot=${target}`, page], { timeout: 60_000 });
      if (status === 0) return readFileSync(target);
    }
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
