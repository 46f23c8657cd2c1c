/** The study's table as rows of text: what Markdown, LaTeX and the terminal share. */
import { bytes, count, duration, magnitude } from "../cli/text-table.ts";
import { accuracyText, lossText, markedAccuracy, missingText } from "./numbers.ts";
import type { StudyReport, VariantReport } from "./study-report.ts";

export interface ReportTable {
  readonly columns: readonly { readonly title: string; readonly align: "left" | "right" }[];
  readonly rows: readonly {
    readonly cells: readonly string[];
    readonly isBest: boolean;
    readonly isBaseline: boolean;
    readonly row: VariantReport;
  }[];
}

export function reportTable({ study, rows, best }: StudyReport): ReportTable {
  const paths = study.axes.flatMap((axis) => axis.paths);
  const isTracked = rows.some(({ trackedBytes }) => trackedBytes !== undefined);
  const isValidated = rows.some(({ validation }) => validation !== undefined);
  const columns = [
    ...paths.map((title) => ({ title, align: "left" as const })),
    right("accuracy %"),
    ...(isValidated ? [right("validation %")] : []),
    ...["loss", "n", "parameters", "in training", "MACs", "planned peak"].map(right),
    ...(isTracked ? [right("tracked peak")] : []),
    right("time"),
  ];
  return {
    columns,
    rows: rows.map((row) => {
      const { variant, accuracy, validation, loss, seconds, trackedBytes } = row;
      const { parameters, macs, peakBytes } = variant.summary;
      return {
        cells: [
          ...paths.map((path) => variant.set[path] ?? ""),
          accuracy === undefined ? missingText(row) : markedAccuracy(row),
          ...(isValidated ? [validation === undefined ? "" : accuracyText(validation)] : []),
          loss === undefined ? "" : lossText(loss),
          sizeText(row),
          count(parameters.inference),
          count(parameters.training),
          magnitude(macs),
          bytes(peakBytes),
          ...(isTracked ? [trackedBytes === undefined ? "" : bytes(trackedBytes)] : []),
          seconds === undefined ? "" : duration(seconds.mean),
        ],
        isBest: variant.programHash === best.program,
        isBaseline: variant.name === study.baseline,
        row,
      };
    }),
  };
}

/** `3`, or `2 of 3` while some are missing. */
function sizeText({ accuracy, trials }: VariantReport): string {
  const done = accuracy?.values.length ?? 0;
  return done === trials.length ? String(done) : `${done} of ${trials.length}`;
}

function right(title: string): { readonly title: string; readonly align: "right" } {
  return { title, align: "right" };
}
