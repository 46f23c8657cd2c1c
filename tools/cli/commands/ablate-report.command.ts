import type { Command } from "commander";
import { examples } from "../options/examples.ts";
import { keptStudyOptions } from "../options/study-options.ts";
import { someOf } from "../options/words.ts";
import type { RunAction } from "../run-action.ts";

export type ReportFormat = (typeof reportFormats)[number];

export interface ReportOptions {
  readonly runs: string;
  readonly study?: string;
  /** The file of the first format; others lie beside it. */
  readonly out: string;
  readonly format: readonly ReportFormat[];
  readonly copyRuns?: boolean;
}

const reportFormats = ["html", "markdown", "csv", "latex", "svg", "png"] as const;

export function describeAblateReport(ablate: Command, run: RunAction): void {
  keptStudyOptions(
    ablate.command("report").description("Write what studies have shown: a page, tables for papers, figures."),
  )
    .option("-o, --out <file>", "the report; other formats lie beside it", "report.html")
    .option(
      "--format <list>",
      `comma-separated: ${reportFormats.join(", ")}`,
      someOf(reportFormats, reportFormats.join(", ")),
      ["html"],
    )
    .option("--copy-runs", "put the runs, without their weights, beside the report, so that its links work elsewhere")
    .addHelpText(
      "after",
      examples(
        "llnet ablate report study.llnet",
        "llnet ablate report study.llnet --format html,latex,csv -o paper/table.html",
        "llnet ablate report study.llnet --copy-runs -o published/report.html",
      ),
    )
    .action(
      run(async (session, file: string | undefined, options: ReportOptions) =>
        (await import("./ablate-report.ts")).ablateReport(session, file, options),
      ),
    );
}
