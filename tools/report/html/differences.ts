import { escapeText } from "../charts/svg.ts";
import type { StudyReport, VariantReport } from "../study-report.ts";

/** What each variant changes against the one it is compared to, in words and in numbers. */
export function differencesSection(report: StudyReport): string {
  const items = report.rows.flatMap((row) => {
    const other = report.rows.find(({ variant }) => variant.name === row.difference?.comparedTo);
    if (row.difference === undefined || other === undefined) return [];
    const changes = row.difference.changes.map((change) => `<li>${escapeText(change)}</li>`);
    const numbers = numbersOf(row, other);
    const name = `${escapeText(row.variant.name)} <span class="quiet">against ${escapeText(other.variant.name)}</span>`;
    return [`<details><summary>${name}</summary><p>${escapeText(numbers)}</p><ul>${changes.join("")}</ul></details>`];
  });
  return items.length === 0 ? "" : `<h3>What differs</h3>${items.join("\n")}`;
}

/** `accuracy −2.1 points, parameters in training +12 %, planned peak −45 %` */
function numbersOf(row: VariantReport, other: VariantReport): string {
  const [here, there] = [row.variant.summary, other.variant.summary];
  const points =
    row.accuracy === undefined || other.accuracy === undefined
      ? []
      : [`accuracy ${signed(100 * (row.accuracy.mean - other.accuracy.mean), 1)} points`];
  return [
    ...points,
    `parameters in training ${change(here.parameters.training, there.parameters.training)}`,
    `multiply-adds ${change(here.macs, there.macs)}`,
    `planned peak ${change(here.peakBytes, there.peakBytes)}`,
    ...(row.seconds === undefined || other.seconds === undefined
      ? []
      : [`time ${change(row.seconds.mean, other.seconds.mean)}`]),
  ].join(", ");
}

function change(here: number, there: number): string {
  if (here === there) return "unchanged";
  return there === 0 ? "new" : `${signed((100 * (here - there)) / there, 0)} %`;
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return `±${text}`;
  return `${value < 0 ? "−" : "+"}${text}`;
}
