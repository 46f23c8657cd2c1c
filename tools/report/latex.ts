import { markedAccuracy, missingText } from "./numbers.ts";
import type { Pivot, StudyReport, VariantReport } from "./study-report.ts";
import { reportTable } from "./tables.ts";

/** A table for a paper, with booktabs: the two-way one where there are two axes, else the long one. */
export function latexReport(report: StudyReport): string {
  const { study, best, selection, pivot } = report;
  const caption = `${study.documentation === undefined ? "" : `${firstSentence(study.documentation)} `}Test accuracy in \\%, mean $\\pm$ standard deviation over seeds. ${escaped(selection)} ${escaped(best.text)}`;
  const body = pivot === undefined ? longTable(report) : pivotTable(pivot, best.program);
  return `${[
    "% needs \\usepackage{booktabs}",
    "\\begin{table}",
    "  \\centering",
    ...body.map((line) => `  ${line}`),
    `  \\caption{${caption}}`,
    `  \\label{tab:${study.name.replaceAll(/[^A-Za-z0-9-]/g, "-")}}`,
    "\\end{table}",
  ].join("\n")}\n`;
}

function pivotTable({ down, across, columns, rows }: Pivot, best: string | undefined): readonly string[] {
  return [
    `\\begin{tabular}{l${"r".repeat(columns.length)}}`,
    "  \\toprule",
    `  & \\multicolumn{${columns.length}}{c}{${escaped(across)}} \\\\`,
    `  \\cmidrule(l){2-${columns.length + 1}}`,
    `  ${[down, ...columns].map(escaped).join(" & ")} \\\\`,
    "  \\midrule",
    ...rows.map(
      ({ name, cells }) => `  ${[escaped(name), ...cells.map((cell) => pivotCell(cell, best))].join(" & ")} \\\\`,
    ),
    "  \\bottomrule",
    "\\end{tabular}",
  ];
}

function pivotCell(cell: VariantReport | undefined, best: string | undefined): string {
  if (cell === undefined) return "--";
  if (cell.accuracy === undefined) return `\\emph{${escaped(missingText(cell))}}`;
  return emphasise(escaped(markedAccuracy(cell)), cell.variant.programHash === best);
}

function longTable(report: StudyReport): readonly string[] {
  const { columns, rows } = reportTable(report);
  return [
    `\\begin{tabular}{${columns.map(({ align }) => align[0]).join("")}}`,
    "  \\toprule",
    `  ${columns.map(({ title }) => escaped(title)).join(" & ")} \\\\`,
    "  \\midrule",
    ...rows.map(({ cells, isBest }) => {
      const texts = cells.map((cell, index) =>
        emphasise(escaped(cell), isBest && columns[index]?.title === "accuracy %"),
      );
      return `  ${texts.join(" & ")} \\\\`;
    }),
    "  \\bottomrule",
    "\\end{tabular}",
  ];
}

function emphasise(text: string, isBest: boolean): string {
  return isBest ? `\\textbf{${text}}` : text;
}

function firstSentence(text: string): string {
  return escaped(/^.*?[.?!](?=\s|$)/s.exec(text)?.[0] ?? text);
}

const special: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "±": "$\\pm$",
  "†": "$\\dagger$",
  "<": "$<$",
  ">": "$>$",
  "–": "--",
  "…": "\\dots{}",
};

/** Text as LaTeX prints it. */
function escaped(text: string): string {
  return text.replaceAll(/[\\~^±†<>–…]|[&%$#_{}]/g, (found) => special[found] ?? `\\${found}`).replaceAll("\n", " ");
}
