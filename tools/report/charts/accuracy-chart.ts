import { markedAccuracy, missingText } from "../numbers.ts";
import type { StudyReport, VariantReport } from "../study-report.ts";
import { element, picture, text, ticks } from "./svg.ts";

const rowHeight = 24;
const top = 12;
const axisHeight = 40;

/** One row per variant: a small dot per seed, a bar of one standard deviation around the mean. */
export function accuracyChart({ rows, study, best }: StudyReport, width = 940): string {
  const labelWidth = Math.min(320, 16 + 6.6 * Math.max(...rows.map(({ variant }) => variant.name.length)));
  const right = width - 190;
  const values = rows
    .flatMap(({ accuracy }) =>
      accuracy === undefined
        ? []
        : [...accuracy.values, accuracy.mean - accuracy.deviation, accuracy.mean + accuracy.deviation],
    )
    .map((value) => 100 * value);
  const [low, high] = range(values);
  const x = (value: number) => labelWidth + ((value - low) / (high - low)) * (right - labelWidth);
  const bottom = top + rowHeight * rows.length;
  const label = `Test accuracy of ${rows.length} variants of ${study.name}, with every seed`;
  return picture(
    width,
    bottom + axisHeight,
    label,
    ...ticks(low, high).flatMap((tick) => [
      element("line", { class: "g", x1: x(tick), x2: x(tick), y1: top, y2: bottom }),
      text(String(tick), { class: "q", x: x(tick), y: bottom + 16, "text-anchor": "middle" }),
    ]),
    text("test accuracy, %", { class: "q", x: (labelWidth + right) / 2, y: bottom + 34, "text-anchor": "middle" }),
    ...rows.map((row, index) => drawRow(row, top + rowHeight * (index + 0.5))),
  );

  function drawRow(row: VariantReport, y: number): string {
    const { variant, accuracy } = row;
    const marks = [
      ...(variant.name === study.baseline ? ["baseline"] : []),
      ...(variant.programHash === best.program ? ["best"] : []),
    ].join(", ");
    const name = text(variant.name, { class: "t", x: labelWidth - 10, y: y + 4, "text-anchor": "end" });
    if (accuracy === undefined) {
      return name + text(missingText(row), { class: "q", x: labelWidth + 6, y: y + 4, "font-style": "italic" });
    }
    const [mean, deviation] = [100 * accuracy.mean, 100 * accuracy.deviation];
    return [
      name,
      element("line", {
        x1: x(mean - deviation),
        x2: x(mean + deviation),
        y1: y,
        y2: y,
        stroke: "#0072b2",
        "stroke-width": 2,
      }),
      ...accuracy.values.map((value) =>
        element("circle", { cx: x(100 * value), cy: y, r: 3, fill: "none", stroke: "#0072b2", "stroke-opacity": 0.7 }),
      ),
      element("rect", { x: x(mean) - 2, y: y - 6, width: 4, height: 12, fill: "#0072b2" }),
      text(`${markedAccuracy(row)}${marks === "" ? "" : ` (${marks})`}`, { class: "t", x: right + 8, y: y + 4 }),
    ].join("");
  }
}

/** A little room around what there is; never less than two points. */
function range(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [0, 100];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(1, 0.08 * (high - low));
  return [Math.max(0, low - room), Math.min(100, high + room)];
}
