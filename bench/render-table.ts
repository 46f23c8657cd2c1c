import { judge, type Measurement, type Row } from "./measurement.ts";

/** All rows as one table with aligned columns: what, value, anchor, ratio, target, verdict. */
export function renderTable(rows: readonly Row[]): string {
  const header = ["what", "value", "anchor", "ratio", "target", "verdict"];
  const lines = [header, ...rows.map((row) => ("skipped" in row ? [row.name, row.skipped] : cells(row)))];
  const full = lines.filter(({ length }) => length === header.length);
  const widths = header.map((_, column) => Math.max(...full.map((line) => line[column]?.length ?? 0)));
  widths[0] = Math.max(...lines.map(([name]) => name?.length ?? 0));
  const right = new Set([1, 3]);
  return lines
    .map((line) =>
      line.map((cell, column) => pad(cell, line.length < 3 ? 0 : (widths[column] ?? 0), right.has(column))),
    )
    .map(
      (line, index) =>
        `${line.length < 3 ? `${line[0]?.padEnd(widths[0] ?? 0)}  skipped: ${line[1]}` : line.join("  ")}`.trimEnd() +
        (index === 0 ? `\n${"─".repeat(widths.reduce((sum, width) => sum + width + 2, -2))}` : ""),
    )
    .join("\n");
}

/** The same as a Markdown table, for `docs/benchmarks.md`. */
export function renderMarkdown(rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    "skipped" in row ? [row.name, "", "", "", "", `skipped: ${row.skipped}`] : cells(row),
  );
  return ["| what | value | anchor | ratio | target | verdict |", "|---|---:|---|---:|---|---|"]
    .concat(lines.map((line) => `| ${line.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`))
    .join("\n");
}

function cells(row: Measurement): string[] {
  const { name, value, unit, anchor = "", ratio, target = "" } = row;
  return [name, `${shown(value)} ${unit}`, anchor, ratio === undefined ? "" : ratio.toPrecision(3), target, judge(row)];
}

/** Three digits that say something; whole numbers from 100 on. */
function shown(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}

function pad(text: string, width: number, toTheRight: boolean): string {
  return toTheRight ? text.padStart(width) : text.padEnd(width);
}
