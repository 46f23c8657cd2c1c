import type { Lane, Picture } from "../picture.ts";
import type { Box, Point } from "./place-inside.ts";
import { flowAt, headWidth, placeRows, type Row, sizeItem, sizeItems } from "./place-row.ts";
import { placeSegments, type RowSpan, trackStep } from "./place-segments.ts";
import type { PlacedArrow, PlacedItem, PlacedLane, PlacedLoss } from "./placed.ts";
import { textWidth } from "./text-width.ts";

/** Widths of a lane's columns. */
export const numbersWidth = 168;
const chainStart = 36;
const rowGap = 30;

/** Where the chain enters a lane, from the lane's left end. */
export const spineAt = 16;

export interface LanePlace {
  readonly placed: PlacedLane;
  /** Where the chain arrives: the first unit, or the sum with the context. */
  readonly entry: Point;
  /** From the last unit back to the lane's left end, down to the lane's edge. */
  readonly exit: readonly Point[];
  /** Left end of the context, where rails arrive. */
  readonly contextEntry?: Point;
  /** Where a rail to a later context leaves. */
  readonly railExit: readonly Point[];
}

/** One lane at (x, y): rows of units, the head to their right, tracks of gradients below each row. */
export function placeLane(lane: Lane, picture: Picture, at: Box, unfolded: ReadonlySet<string>): LanePlace {
  const { x, y, width } = at;
  const right = x + width - numbersWidth - 14;
  const head = lane.head && sizeItem(lane.head, false, picture, unfolded);
  const headBox = head?.width ?? headWidth;
  const headX = right - headBox;
  const chainX = x + chainStart;
  const outputGap = textWidth(lane.output, 10) + 30;
  const context = lane.context && sizeItem(lane.context, false, picture, unfolded);
  const indent = context === undefined ? 0 : context.width + 46;
  const rows = placeRows(sizeItems(lane.items, picture, unfolded), indent, headX - chainX - outputGap);
  const hasSides = lane.items.some(({ sides }) => sides.length > 0);
  const top = y + 34 + (hasSides ? 20 : 0);
  const tracks = lane.tracks.length * trackStep;

  const items: PlacedItem[] = [];
  const arrows: PlacedArrow[] = [];
  const spans: RowSpan[] = [];
  let rowTop = top;
  let exit: Point[] = [];
  const sum = context && { x: chainX + context.width + 26, y: top + flowAt };
  if (context !== undefined && sum !== undefined) {
    items.push({ ...context, x: chainX, y: top });
    arrows.push({
      points: [
        { x: chainX + context.width, y: sum.y },
        { x: sum.x - 7, y: sum.y },
      ],
    });
  }
  const rowHeights = rows.map((row, index) => heightOf(row, index, rows.length, context?.height, head?.height));
  for (const [index, row] of rows.entries()) {
    const isLast = index === rows.length - 1;
    const placed = row.items.map(({ label: _, ...item }) => ({ ...item, x: chainX + item.x, y: rowTop }));
    const flow = rowTop + flowAt;
    const carry = rowTop + (rowHeights[index] as number) + 8;
    const entry = index === 0 ? (sum === undefined ? x + spineAt : sum.x + 7) : x + spineAt;
    for (const [position, item] of placed.entries()) {
      const before = placed[position - 1];
      const from = before === undefined ? entry : before.x + before.width;
      const label = row.items[position]?.label;
      arrows.push({
        points: [
          { x: from, y: flow },
          { x: item.x, y: flow },
        ],
        ...(label !== undefined && { label, labelAt: labelPlace(label, position, index, from, item) }),
      });
    }
    const last = placed.at(-1) as PlacedItem;
    const bottom = { x: last.x + last.width / 2, y: last.y + last.height };
    exit = [bottom, { x: bottom.x, y: carry }, { x: x + spineAt, y: carry }];
    const below = carry + 5 + tracks;
    if (!isLast) {
      arrows.push({ points: [...exit, { x: x + spineAt, y: below + rowGap + flowAt }] });
    } else if (head !== undefined) {
      const end = last.x + last.width;
      const labelAt = { x: end + (outputGap - 8) / 2, y: flow - 5 };
      arrows.push({
        points: [
          { x: end, y: flow },
          { x: headX, y: flow },
        ],
        label: lane.output,
        labelAt,
      });
    }
    const first = index === 0 && context !== undefined ? [items[0] as PlacedItem] : [];
    const end = isLast ? headX + 14 : last.x + last.width + 14;
    spans.push({ items: [...first, ...placed], tracksY: carry + 5, left: x + spineAt + 8, right: end });
    items.push(...placed);
    rowTop = below + rowGap;
  }
  const lastSpan = spans.at(-1) as RowSpan;
  const headY = (items.at(-1) as PlacedItem).y;
  const placedHead = head && { ...head, width: headBox, x: headX, y: headY };
  const mark = placedHead && { item: placedHead.item, x: headX + 7 };
  const segments = lane.tracks.flatMap((track, position) => placeSegments(track, position, spans, mark));
  const losses = lane.tracks.map((track, position): PlacedLoss => {
    const loss = picture.losses[track.loss - 1] as PlacedLoss["loss"];
    const lossY = lastSpan.tracksY + position * trackStep + 1;
    return { loss, isOwn: track.isOwn, x: headX + 14, y: lossY, width: headBox - 14, height: trackStep - 2 };
  });
  const height = Math.max(rowTop - rowGap + 8 - y, 116);
  const entry = sum ?? { x: x + spineAt, y: top + flowAt };
  return {
    placed: {
      lane,
      x,
      y,
      width,
      height,
      nameX: (sum === undefined ? x + spineAt : sum.x) + 12,
      items,
      arrows,
      ...(sum && { sum }),
      ...(placedHead && { head: placedHead }),
      segments,
      losses,
      numbers: { x: right + 14, y: y + 12, width: numbersWidth - 14, height: height - 24 },
    },
    entry,
    exit: [...exit, { x: x + spineAt, y: y + height }],
    ...(context && { contextEntry: { x: chainX, y: top + flowAt } }),
    railExit: railExit(x, top, sum, items[0]),
  };
}

/** Above the arrow; above the box where a new row begins. */
function labelPlace(label: string, position: number, row: number, from: number, item: Box): Point {
  if (position > 0 || row === 0) return { x: (from + item.x) / 2 - 2, y: item.y + flowAt - 5 };
  return { x: item.x + textWidth(label, 10) / 2, y: item.y - 10 };
}

/** Rails leave behind the sum, under the context, or from the chain before the first unit. */
function railExit(x: number, top: number, sum: Point | undefined, context: PlacedItem | undefined): Point[] {
  if (sum === undefined || context === undefined) return [{ x: x + spineAt, y: top - 8 }];
  return [
    { x: sum.x, y: sum.y + 7 },
    { x: sum.x, y: context.y + context.height + 4 },
  ];
}

/** How wide a lane would like to be, so that its units stand in one row, and how wide it must be for the widest of them. */
export function laneWidths(
  lane: Lane,
  picture: Picture,
  unfolded: ReadonlySet<string>,
): { readonly natural: number; readonly least: number } {
  const items = sizeItems(lane.items, picture, unfolded);
  const context = lane.context === undefined ? 0 : sizeItem(lane.context, false, picture, unfolded).width + 46;
  const chain = items.reduce((sum, { gap, width }) => sum + gap + width, 0);
  const widest = Math.max(...items.map(({ width }, index) => width + (index === 0 ? context : 0)));
  const head = lane.head === undefined ? headWidth : sizeItem(lane.head, false, picture, unfolded).width;
  const beside = chainStart + textWidth(lane.output, 10) + 30 + head + 14 + numbersWidth;
  return { natural: beside + context + chain, least: beside + widest };
}

function heightOf(row: Row, index: number, rows: number, context = 0, head = 0): number {
  return Math.max(row.height, index === 0 ? context : 0, index === rows - 1 ? head : 0);
}
