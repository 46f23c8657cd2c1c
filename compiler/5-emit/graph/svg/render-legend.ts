import { textWidth } from "../layout/text-width.ts";
import type { Picture } from "../picture.ts";
import { arrow, line, numbered, stopSign, text } from "./symbols.ts";
import { tag } from "./tag.ts";

type Entry = readonly [sign: (x: number, y: number) => string, words: string];

const rowHeight = 24;

/** What the signs mean; only those that the picture has. */
export function renderLegend(picture: Picture, left: number, top: number, width: number): string {
  const entries = legendEntries(picture);
  const rows = Math.ceil(entries.length / 3);
  const columns = [0, 1, 2].map((column) => entries.slice(column * rows, (column + 1) * rows));
  const widths = columns.map((column) => Math.max(0, ...column.map(([, words]) => textWidth(words, 11) * 0.93 + 68)));
  const starts = [0, widths[0] as number, (widths[0] as number) + (widths[1] as number)];
  const scale = Math.min(1, width / widths.reduce((sum, next) => sum + next, 0));
  return tag(
    "g",
    { class: "legend" },
    ...columns.flatMap((column, index) =>
      column.map(([sign, words], row) => {
        const x = left + (starts[index] as number) * scale;
        const y = top + 14 + row * rowHeight;
        return sign(x, y) + text(x + 40, y + 3.8, 11, words, { class: "quiet" });
      }),
    ),
  );
}

export function legendHeight(picture: Picture): number {
  return 28 + Math.ceil(legendEntries(picture).length / 3) * rowHeight;
}

function legendEntries(picture: Picture): Entry[] {
  const { lanes, cuts, rails, shared } = picture;
  const items = lanes.flatMap(({ items: units, head, context }) => [
    ...units,
    ...(head ? [head] : []),
    ...(context ? [context] : []),
  ]);
  const entries: Entry[] = [
    [
      (x, y) =>
        arrow(
          [
            { x, y },
            { x: x + 30, y },
          ],
          "flow",
        ),
      "features; their shape where it changes",
    ],
    [track, "gradient of loss 1 to its stop; ● trains"],
  ];
  if (cuts.some(({ passedBy }) => passedBy.length === 0))
    entries.push([(x, y) => stopSign({ x: x + 15, y }), "cut: what crosses it is a constant"]);
  if (cuts.some(({ passedBy }) => passedBy.length > 0))
    entries.push([
      (x, y) => stopSign({ x: x + 6, y }, true) + numbered(x + 24, y, 2, 2),
      "only the gradient of loss 2 passes",
    ]);
  if (items.some(({ sides }) => sides.some(({ stops }) => stops)))
    entries.push([target, "target or constant: no gradient passes"]);
  if (rails.length > 0)
    entries.push([
      (x, y) =>
        arrow(
          [
            { x, y },
            { x: x + 30, y },
          ],
          "rail",
        ),
      "context, encoded anew; no gradient passes",
    ]);
  if (items.some(({ kind }) => kind === "fold")) entries.push([sheets, "alike units, folded"]);
  if (items.some(({ kind }) => kind === "head"))
    entries.push([
      (x, y) => tag("rect", { x: x + 3, y: y - 8, width: 24, height: 16, rx: 6, class: "box line0" }),
      "head: in training only, unless the readout",
    ]);
  entries.push([bars, "saved for backward: units + head; below: peak"]);
  if (shared.length > 0)
    entries.push([
      (x, y) => tag("rect", { x: x + 3, y: y - 8, width: 24, height: 16, rx: 4, class: "box" }),
      "shared weight, trained by the losses below it",
    ]);
  return entries;
}

function track(x: number, y: number): string {
  return (
    line(
      [
        { x: x + 30, y },
        { x: x + 3, y },
      ],
      "track line0",
    ) +
    line(
      [
        { x: x + 3, y: y - 6 },
        { x: x + 3, y: y + 6 },
      ],
      "stop line0",
    ) +
    tag("circle", { cx: x + 16, cy: y, r: 4.4, class: "fill0" })
  );
}

function target(x: number, y: number): string {
  return (
    line(
      [
        { x, y },
        { x: x + 30, y },
      ],
      "edge stopped",
    ) +
    line(
      [
        { x: x + 22, y: y - 6 },
        { x: x + 22, y: y + 6 },
      ],
      "stop",
    )
  );
}

function sheets(x: number, y: number): string {
  return [4, 2, 0]
    .map((shift) => tag("rect", { x: x + 3 + shift, y: y - 7 - shift, width: 20, height: 14, rx: 2, class: "box" }))
    .join("");
}

function bars(x: number, y: number): string {
  return (
    tag("rect", { x, y: y - 6, width: 20, height: 7, class: "fill0" }) +
    tag("rect", { x: x + 20, y: y - 6, width: 10, height: 7, class: "chip line0" }) +
    tag("rect", { x, y: y + 4, width: 26, height: 3, class: "solid" })
  );
}
