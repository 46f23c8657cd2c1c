import { markedAccuracy, missingText } from "./numbers.ts";
import type { Pivot, StudyReport, VariantReport } from "./study-report.ts";
import { reportTable } from "./tables.ts";

/** A study for a README or a pull request. */
export function markdownReport(report: StudyReport): string {
  const { study, selection, best, pivot, surroundings } = report;
  const { columns, rows } = reportTable(report);
  const lines = [
    `## ${escaped(study.name)}`,
    ...(study.documentation === undefined
      ? []
      : [
          "",
          study.documentation
            .split("\n")
            .map((line) => `> ${escaped(line)}`)
            .join("\n"),
        ]),
    "",
    ...(pivot === undefined ? [] : [...pivotLines(pivot, best.program), ""]),
    tableLine(columns.map(({ title }) => escaped(title))),
    tableLine(columns.map(({ align }) => (align === "right" ? "--:" : ":--"))),
    ...rows.map(({ cells, isBest }) =>
      tableLine(cells.map((cell, index) => emphasise(escaped(cell), isBest && columns[index]?.title === "accuracy %"))),
    ),
    "",
    `Mean ± standard deviation over n seeds. ${selection} ${best.text}`,
    "",
    ...surroundings
      .filter(({ values }) => values.length > 0)
      .map(({ name, values }) => `- ${name}: ${values.map(escaped).join("; ")}`),
  ];
  return `${lines.join("\n")}\n`;
}

function pivotLines({ down, across, columns, rows }: Pivot, best: string | undefined): readonly string[] {
  return [
    tableLine([`${escaped(down)} / ${escaped(across)}`, ...columns.map(escaped)]),
    tableLine([":--", ...columns.map(() => "--:")]),
    ...rows.map(({ name, cells }) => tableLine([escaped(name), ...cells.map((cell) => pivotCell(cell, best))])),
  ];
}

function pivotCell(cell: VariantReport | undefined, best: string | undefined): string {
  if (cell === undefined) return "–";
  const text = cell.accuracy === undefined ? missingText(cell) : markedAccuracy(cell);
  return emphasise(escaped(text), cell.variant.programHash === best);
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function emphasise(text: string, isBest: boolean): string {
  return isBest ? `**${text}**` : text;
}

/** What Markdown would read as its own. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_|<>]/g, "\\$&").replaceAll("\n", " ");
}
