import { bytes } from "../../cli/text-table.ts";
import type { StudyReport } from "../study-report.ts";
import { element, picture, text, ticks } from "./svg.ts";

const rowHeight = 24;
const top = 30;

/** One bar per variant: the planned peak of a step, then weights and optimizer slots; a tick where the peak was counted. */
export function memoryChart({ rows, study }: StudyReport, width = 940): string {
  const labelWidth = Math.min(320, 16 + 6.6 * Math.max(...rows.map(({ variant }) => variant.name.length)));
  const right = width - 120;
  const most = Math.max(...rows.map(({ variant: { summary } }) => summary.peakBytes + summary.variableBytes));
  const scale = unitOf(most);
  const x = (value: number) => labelWidth + (value / most) * (right - labelWidth);
  const bottom = top + rowHeight * rows.length;
  const bars = rows.map(({ variant, trackedBytes }, index) => {
    const y = top + rowHeight * index + 5;
    const { peakBytes, variableBytes } = variant.summary;
    return [
      text(variant.name, { class: "t", x: labelWidth - 10, y: y + 11, "text-anchor": "end" }),
      element("rect", { x: x(0), y, width: x(peakBytes) - x(0), height: 14, fill: "#0072b2" }),
      element("rect", { x: x(peakBytes), y, width: x(variableBytes) - x(0), height: 14, fill: "#e69f00" }),
      ...(trackedBytes === undefined
        ? []
        : [
            element("line", {
              x1: x(trackedBytes),
              x2: x(trackedBytes),
              y1: y - 3,
              y2: y + 17,
              class: "k",
              "stroke-width": 2,
            }),
          ]),
      text(bytes(peakBytes + variableBytes), { class: "t", x: right + 8, y: y + 11 }),
    ].join("");
  });
  return picture(
    width,
    bottom + 40,
    `Planned memory of the variants of ${study.name}`,
    element("rect", { x: labelWidth, y: 6, width: 12, height: 12, fill: "#0072b2" }),
    text("peak of a step", { class: "t", x: labelWidth + 18, y: 16 }),
    element("rect", { x: labelWidth + 130, y: 6, width: 12, height: 12, fill: "#e69f00" }),
    text("weights and optimizer slots", { class: "t", x: labelWidth + 148, y: 16 }),
    ...(rows.some(({ trackedBytes }) => trackedBytes !== undefined)
      ? [
          element("line", { x1: labelWidth + 346, x2: labelWidth + 346, y1: 4, y2: 20, class: "k", "stroke-width": 2 }),
          text("counted peak of a step", { class: "t", x: labelWidth + 354, y: 16 }),
        ]
      : []),
    ...ticks(0, most / scale.factor).flatMap((tick) => [
      element("line", { class: "g", x1: x(tick * scale.factor), x2: x(tick * scale.factor), y1: top, y2: bottom }),
      text(String(tick), { class: "q", x: x(tick * scale.factor), y: bottom + 16, "text-anchor": "middle" }),
    ]),
    text(scale.unit, { class: "q", x: (labelWidth + right) / 2, y: bottom + 34, "text-anchor": "middle" }),
    ...bars,
  );
}

function unitOf(most: number): { readonly factor: number; readonly unit: string } {
  if (most >= 2e9) return { factor: 1e9, unit: "GB" };
  return most >= 2e6 ? { factor: 1e6, unit: "MB" } : { factor: 1e3, unit: "kB" };
}
