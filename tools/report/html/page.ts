import { relative } from "node:path";
import { accuracyChart } from "../charts/accuracy-chart.ts";
import { curvesChart } from "../charts/curves-chart.ts";
import { memoryChart } from "../charts/memory-chart.ts";
import { escapeText } from "../charts/svg.ts";
import { markedAccuracy, missingText } from "../numbers.ts";
import type { Pivot, StudyReport, VariantReport } from "../study-report.ts";
import { reportTable } from "../tables.ts";
import { differencesSection } from "./differences.ts";
import { style } from "./style.ts";

export interface PageOptions {
  readonly title: string;
  /** Where the page will lie: links to trials are relative to it. */
  readonly folder: string;
  /** ISO 8601. */
  readonly written: string;
}

/** All studies of a file on one page that needs nothing else: no script, no network. */
export function htmlReport(reports: readonly StudyReport[], { title, folder, written }: PageOptions): string {
  const contents =
    reports.length < 2
      ? ""
      : `<nav><ul>${reports.map(({ study }) => `<li><a href="#${anchor(study.name)}">${escapeText(study.name)}</a></li>`).join("")}</ul></nav>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeText(title)}</h1>
<p class="quiet">Written by llnet on ${escapeText(written.slice(0, 10))}. Every accuracy links to its runs.</p>
${contents}
${reports.map((report) => section(report, folder)).join("\n")}
</main>
</body>
</html>
`;
}

function section(report: StudyReport, folder: string): string {
  const { study, counts, selection, best, pivot, rows } = report;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const states = Object.entries(counts).filter(([, count]) => count > 0);
  const open = rows.length <= 6 ? " open" : "";
  const curves = rows
    .map((row) => ({ row, chart: curvesChart(row) }))
    .filter(({ chart }) => chart !== "")
    .map(
      ({ row, chart }) =>
        `<details${open}><summary>${escapeText(row.variant.name)}</summary><div class="scroll">${chart}</div></details>`,
    );
  return `<section id="${anchor(study.name)}">
<h2>${escapeText(study.name)}</h2>
${paragraphs(study.documentation ?? "")}
<p class="quiet">${escapeText(study.model)} in ${escapeText(report.file)}: ${rows.length} variants, ${total} trials (${states.map(([status, count]) => `${count} ${status}`).join(", ")}).</p>
${pivot === undefined ? "" : `<h3>Test accuracy, %</h3>${pivotTable(pivot, report, folder)}`}
<h3>All variants</h3>
${fullTable(report, folder)}
<p>Mean ± standard deviation over n seeds. ${escapeText(selection)} ${escapeText(best.text)}</p>
<div class="scroll">${accuracyChart(report)}</div>
<h3>Memory</h3>
<p class="quiet">Planned before anything ran, at the recipe's batch size${rows.some(({ trackedBytes }) => trackedBytes !== undefined) ? "; a line marks the peak that was counted" : ""}.</p>
<div class="scroll">${memoryChart(report)}</div>
${curves.length === 0 ? "" : `<h3>Curves</h3><p class="quiet">The line is the mean of the seeds, the band reaches from the lowest to the highest. Darker lines are earlier modules; the thick one is the readout.</p>${curves.join("\n")}`}
${differencesSection(report)}
${missingSection(report, folder)}
${surroundings(report)}
</section>`;
}

/** Lines of a comment end where its author's window ended; blank lines are meant. */
function paragraphs(comment: string): string {
  const texts = comment.split(/\n\s*\n/).filter((text) => text.trim() !== "");
  return texts.map((text) => `<p class="hypothesis">${escapeText(text.replaceAll(/\s*\n\s*/g, " "))}</p>`).join("\n");
}

function fullTable(report: StudyReport, folder: string): string {
  const { columns, rows } = reportTable(report);
  const head = columns.map(({ title, align }) => `<th scope="col"${numeric(align)}>${escapeText(title)}</th>`).join("");
  const body = rows.map(({ cells, isBest, isBaseline, row }) => {
    const tags = isBaseline ? '<span class="tag">baseline</span>' : "";
    const written = cells.map((cell, index) => {
      const { title, align } = columns[index]!;
      if (title === "accuracy %") return `<td class="number">${accuracyCell(row, folder, isBest)}</td>`;
      const content = `${escapeText(cell)}${index === 0 ? tags : ""}`;
      if (index === 0) return `<th scope="row" class="words">${content}</th>`;
      return align === "right" ? `<td class="number">${content}</td>` : `<td class="words">${content}</td>`;
    });
    return `<tr>${written.join("")}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>`;
}

function pivotTable({ down, across, columns, rows }: Pivot, { best }: StudyReport, folder: string): string {
  const head = columns.map((title) => `<th scope="col" class="number words">${escapeText(title)}</th>`).join("");
  const body = rows.map(({ name, cells }) => {
    const written = cells.map(
      (cell) =>
        `<td class="number">${cell === undefined ? "–" : accuracyCell(cell, folder, cell.variant.programHash === best.program)}</td>`,
    );
    return `<tr><th scope="row">${escapeText(name)}</th>${written.join("")}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr><th></th><th scope="colgroup" colspan="${columns.length}">${escapeText(across)}</th></tr>
<tr><th scope="col">${escapeText(down)}</th>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>`;
}

/** The number with links to the runs behind it, one per seed. */
function accuracyCell(row: VariantReport, folder: string, isBest: boolean): string {
  const { accuracy, trials } = row;
  const missing = missingText(row);
  const links = trials
    .filter(({ state }) => state.status === "done")
    .map(({ trial, directory, chosen }) => {
      const share = chosen?.test.accuracy ?? 0;
      const label = `seed ${trial.seed}: ${(100 * share).toFixed(2)} %`;
      return `<a href="${escapeText(linkTo(folder, directory))}" title="${escapeText(label)}" aria-label="${escapeText(label)}">${trial.seed}</a>`;
    });
  if (accuracy === undefined) return `<span class="missing">${escapeText(missing)}</span>`;
  const rest = missing === "" ? "" : ` <span class="missing">${escapeText(missing)}</span>`;
  return `<span${isBest ? ' class="best"' : ""}>${escapeText(markedAccuracy(row))}${isBest ? " ★" : ""}</span> <small class="quiet">${links.join(" ")}</small>${rest}`;
}

/** Why numbers are missing. */
function missingSection({ rows }: StudyReport, folder: string): string {
  const items = rows.flatMap(({ variant, trials }) =>
    trials
      .filter(({ state }) => state.status === "failed")
      .map(
        ({ trial, status, directory }) =>
          `<li>${escapeText(variant.name)}, seed ${trial.seed}: ${escapeText(status)} (<a href="${escapeText(linkTo(folder, directory))}">its folder</a>)</li>`,
      ),
  );
  return items.length === 0 ? "" : `<h3>Failed</h3><ul>${items.join("")}</ul>`;
}

function surroundings({ surroundings: facts, study }: StudyReport): string {
  const mixed = facts.filter(({ values }) => values.length > 1).map(({ name }) => name);
  const warning =
    mixed.length === 0
      ? ""
      : `<p class="warning">The trials were not all run alike: ${escapeText(mixed.join(", "))} differ.</p>`;
  const rows = facts
    .filter(({ values }) => values.length > 0)
    .map(
      ({ name, values }) =>
        `<tr><th scope="row">${escapeText(name)}</th><td>${values.map(escapeText).join("<br>")}</td></tr>`,
    );
  const excluded = study.excluded.map(({ name, reason }) => `<li>${escapeText(name)}: ${escapeText(reason)}</li>`);
  return `${excluded.length === 0 ? "" : `<h3>Left out</h3><ul>${excluded.join("")}</ul>`}
${rows.length === 0 ? "" : `<h3>Surroundings</h3>${warning}<div class="scroll"><table><tbody>${rows.join("\n")}</tbody></table></div>`}`;
}

function linkTo(folder: string, directory: string): string {
  return encodeURI(`${relative(folder, directory)}/`);
}

function anchor(name: string): string {
  return `study-${name.replaceAll(/[^A-Za-z0-9_-]/g, "-")}`;
}

function numeric(align: "left" | "right"): string {
  return align === "right" ? ' class="number"' : "";
}
