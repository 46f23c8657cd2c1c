/** The units of a lane in rows: left to right, and on to a next row where the lane is full. */
import type { Item, Picture } from "../picture.ts";
import { readableCount } from "../readable-numbers.ts";
import { summarizeMarks } from "../words.ts";
import { type PlacedInside, placeInside } from "./place-inside.ts";
import type { PlacedItem } from "./placed.ts";
import { boldWidth, fitText, textWidth, wrapText } from "./text-width.ts";

export const boxHeight = 44;
/** From a box's top to the line that flows through it. */
export const flowAt = boxHeight / 2;

const plainGap = 20;

/** Of a head's box, at least. */
export const headWidth = 222;

export interface SizedItem {
  readonly item: Item;
  readonly isHandle: boolean;
  readonly inside?: PlacedInside;
  /** Below the title. */
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
  /** The shape that flows in, where it changed. */
  readonly label?: string;
  readonly gap: number;
}

export interface Row {
  /** `x` from the row's left end, `y` from its top. */
  readonly items: readonly (PlacedItem & { readonly label?: string })[];
  readonly height: number;
}

/** What is to be seen of the items, and the shapes that flow in where they change: folded runs, or their units behind a handle. */
export function sizeItems(items: readonly Item[], picture: Picture, unfolded: ReadonlySet<string>): SizedItem[] {
  const shown = items.flatMap((item): { readonly item: Item; readonly isHandle: boolean }[] =>
    item.folded !== undefined && unfolded.has(item.id)
      ? [{ item, isHandle: true }, ...item.folded.map((unit) => ({ item: unit, isHandle: false }))]
      : [{ item, isHandle: false }],
  );
  let before = items[0]?.input;
  return shown.map(({ item, isHandle }) => {
    const isChanged = before !== item.input;
    before = item.input;
    return {
      ...sizeItem(item, isHandle, picture, unfolded),
      ...(isChanged && { label: item.input }),
      gap: isChanged ? textWidth(item.input, 10) + 24 : plainGap,
    };
  });
}

export function sizeItem(
  item: Item,
  isHandle: boolean,
  { insides }: Picture,
  unfolded: ReadonlySet<string>,
): Omit<SizedItem, "gap" | "label"> {
  if (isHandle) return { item, isHandle, lines: [], width: 34, height: boxHeight };
  const isHead = item.kind === "head";
  const title = Math.max(boldWidth(item.title, 12.5), isHead ? 0 : textWidth(item.subtitle, 10.5));
  const least = Math.max(isHead ? headWidth : 66, title + (item.isReadout ? 84 : 22));
  const graph = item.folded === undefined && unfolded.has(item.id) ? insides[item.inside ?? -1] : undefined;
  const inside = graph && placeInside(graph);
  const width = Math.max(least, (inside?.width ?? 0) + 20);
  const lines = linesOf(item, width - 20);
  const height = boxHeight + Math.max(0, lines.length - 1) * 13 + (inside === undefined ? 0 : inside.height + 14);
  // Room for the sheets behind a folded run.
  return { item, isHandle, lines, width: width + (item.kind === "fold" ? 6 : 0), height, ...(inside && { inside }) };
}

/** What stands below the title: a head's arguments in at most two lines, and where weights come from. */
function linesOf({ kind, subtitle, parameters, marks }: Item, width: number): string[] {
  const mark = marks.length > 0 ? [fitText(summarizeMarks(marks), 10.5, width)] : [];
  if (kind === "fold") return [`${subtitle} · ${readableCount(parameters)}`, ...mark];
  const [first, ...rest] = wrapText(subtitle.split(/(?<=,) /), " ", 10.5, width);
  return [
    ...[first ?? "", rest.join(" ")].filter((line) => line !== "").map((line) => fitText(line, 10.5, width)),
    ...mark,
  ];
}

export function placeRows(items: readonly SizedItem[], indent: number, width: number): Row[] {
  const rows: { items: (PlacedItem & { label?: string })[]; height: number }[] = [];
  let x = indent;
  for (const { gap, label, ...item } of items) {
    const row = rows.at(-1);
    const start = row === undefined ? indent : x + gap;
    if (row === undefined || (row.items.length > 0 && start + item.width > width)) {
      rows.push({
        items: [{ ...item, x: row === undefined ? indent : 0, y: 0, ...(label && { label }) }],
        height: item.height,
      });
      x = (row === undefined ? indent : 0) + item.width;
      continue;
    }
    row.items.push({ ...item, x: start, y: 0, ...(label && { label }) });
    row.height = Math.max(row.height, item.height);
    x = start + item.width;
  }
  return rows;
}
