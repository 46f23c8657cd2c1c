/** The units of a lane in rows: left to right, and on to a next row where the lane is full. */
import type { Item, Picture } from "../picture.ts";
import { type PlacedInside, placeInside } from "./place-inside.ts";
import type { PlacedItem } from "./placed.ts";
import { boldWidth, textWidth } from "./text-width.ts";

export const boxHeight = 44;
/** From a box's top to the line that flows through it. */
export const flowAt = boxHeight / 2;

const plainGap = 20;

/** Of a line of text in a head's box, at least. */
export const headTextWidth = 204;

export interface SizedItem {
  readonly item: Item;
  readonly isHandle: boolean;
  readonly inside?: PlacedInside;
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
  if (isHandle) return { item, isHandle, width: 34, height: boxHeight };
  const isHead = item.kind === "head";
  const title = Math.max(boldWidth(item.title, 12.5), isHead ? 0 : textWidth(item.subtitle, 10.5));
  const width = Math.max(66, title + (item.isReadout ? 84 : 22));
  const graph = item.folded === undefined && unfolded.has(item.id) ? insides[item.inside ?? -1] : undefined;
  if (graph === undefined) {
    const lines = (item.marks.length > 0 ? 1 : 0) + (isHead && textWidth(item.subtitle, 10.5) > headTextWidth ? 1 : 0);
    // Room for the sheets behind a folded run.
    return { item, isHandle, width: width + (item.kind === "fold" ? 6 : 0), height: boxHeight + lines * 13 };
  }
  const inside = placeInside(graph);
  return { item, isHandle, inside, width: Math.max(width, inside.width + 20), height: boxHeight + inside.height + 14 };
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
