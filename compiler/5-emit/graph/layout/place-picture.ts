/** Lanes below each other, cuts between them, rails of far-away contexts to their left. Pure, and the same in a browser. */
import type { Picture } from "../picture.ts";
import { legendHeight } from "../svg/render-legend.ts";
import { factsOf } from "../words.ts";
import type { Box, Point } from "./place-inside.ts";
import { type LanePlace, laneWidths, placeLane, spineAt } from "./place-lane.ts";
import type { Placed, PlacedCut, PlacedRail, PlacedShared } from "./placed.ts";
import { boldWidth, textWidth, wrapText } from "./text-width.ts";

export interface PlaceOptions {
  /** Of the whole picture; more where a part is wider. */
  readonly width: number;
  /** Ids of what is unfolded. */
  readonly unfolded: ReadonlySet<string>;
}

const margin = 16;
const railStep = 12;
const stripHeight = 38;

export function placePicture(picture: Picture, { width: wanted, unfolded }: PlaceOptions): Placed {
  const width = Math.max(wanted, leastWidth(picture, unfolded));
  const sentence = (picture.documentation ?? "").split(/\s+/).filter((word) => word !== "");
  const documentation = wrapText(sentence, " ", 12.5, width - 2 * margin);
  const facts = wrapText(factsOf(picture), "  ·  ", 11, width - 2 * margin);
  const factsY = 46 + documentation.length * 18;
  const columns = railColumns(picture);
  const x = margin + railsWidth(columns);
  const input: Box = {
    x,
    y: factsY + 6 + facts.length * 16,
    width: textWidth(`input ${picture.input}`, 12) + 24,
    height: 26,
  };
  const places: LanePlace[] = [];
  let y = input.y + input.height + 22;
  for (const lane of picture.lanes) {
    const place = placeLane(lane, picture, { x, y, width: width - margin - x, height: 0 }, unfolded);
    places.push(place);
    y += place.placed.height + stripHeight;
  }
  y += 20 - stripHeight;
  const shared = placeShared(picture, { x, y, width: width - margin - x, height: 0 });
  if (shared !== undefined) y += shared.height + 20;
  const first = places[0] as LanePlace;
  return {
    width,
    height: y + legendHeight(picture),
    documentation,
    facts,
    factsY,
    input,
    inputEdge: enter({ x: x + spineAt, y: input.y + input.height }, input.y + input.height + 11, first),
    lanes: places.map(({ placed }) => placed),
    cuts: picture.cuts.map((cut, index): PlacedCut => {
      const before = places[index] as LanePlace;
      const edge = before.exit.at(-1) as Point;
      const middle = edge.y + stripHeight / 2;
      const after = places[index + 1] as LanePlace;
      const path = [...before.exit.slice(0, -1), ...enter(edge, middle, after)];
      const textX = Math.max(edge.x, after.entry.x) + 18;
      return { cut, module: index + 1, path, stop: { x: edge.x, y: middle }, textX, height: stripHeight };
    }),
    rails: placeRails(picture, places, columns, input),
    ...(shared && { shared }),
    legendY: y,
  };
}

/** A width at which units stand in one row per module, as far as that is still a page's width. */
export function comfortableWidth(picture: Picture, unfolded: ReadonlySet<string>, most: number): number {
  const widest = Math.max(...picture.lanes.map((lane) => laneWidths(lane, picture, unfolded).natural));
  return Math.min(most, Math.max(900, Math.ceil(widest + railsWidth(railColumns(picture)) + 2 * margin)));
}

function leastWidth(picture: Picture, unfolded: ReadonlySet<string>): number {
  const widest = Math.max(...picture.lanes.map((lane) => laneWidths(lane, picture, unfolded).least));
  return Math.ceil(widest + railsWidth(railColumns(picture)) + 2 * margin);
}

function railsWidth(columns: ReadonlyMap<number, number>): number {
  const count = Math.max(0, ...[...columns.values()].map((column) => column + 1));
  return count > 0 ? count * railStep + 6 : 0;
}

/** From a lane's edge down to the next lane's first unit, or over to where its context is added. */
function enter(from: Point, middle: number, { entry, placed }: LanePlace): Point[] {
  if (placed.sum === undefined) return [from, { x: from.x, y: entry.y }];
  return [from, { x: from.x, y: middle }, { x: entry.x, y: middle }, { x: entry.x, y: entry.y - 7 }];
}

/** A column for every source, so that no two lines lie on each other; the leftmost for what goes furthest. */
function railColumns({ rails }: Picture): Map<number, number> {
  const ends = new Map<number, number>();
  for (const { from, to } of rails) ends.set(from, Math.max(ends.get(from) ?? 0, to));
  const columns = new Map<number, number>();
  const busyUntil: number[] = [];
  for (const [from, to] of [...ends].sort((a, b) => a[0] - b[0])) {
    const free = busyUntil.findIndex((end) => end <= from);
    const column = free === -1 ? busyUntil.length : free;
    busyUntil[column] = to;
    columns.set(from, column);
  }
  return columns;
}

function placeRails(
  { rails }: Picture,
  places: readonly LanePlace[],
  columns: ReadonlyMap<number, number>,
  input: Box,
): PlacedRail[] {
  const arrived = new Map<number, number>();
  return rails.flatMap(({ from, to }) => {
    const target = places[to - 1]?.contextEntry;
    const column = columns.get(from);
    if (target === undefined || column === undefined) return [];
    const order = arrived.get(to) ?? 0;
    arrived.set(to, order + 1);
    const start =
      from === 0 ? [{ x: input.x, y: input.y + input.height / 2 }] : (places[from - 1] as LanePlace).railExit;
    const railX = margin + column * railStep;
    const y = target.y - 7 + order * 12;
    const points = [...start, { x: railX, y: (start.at(-1) as Point).y }, { x: railX, y }, { x: target.x, y }];
    return [{ from, to, points }];
  });
}

function placeShared({ shared }: Picture, { x, y, width }: Box): PlacedShared | undefined {
  if (shared.length === 0) return undefined;
  let next = x + 36;
  let row = y + 34;
  const parts = shared.map((part) => {
    const wide = Math.max(150, boldWidth(part.name, 12.5) + 20, 60 + part.trainedBy.length * 22);
    if (next + wide > x + width - 12 && next > x + 36) {
      next = x + 36;
      row += 70;
    }
    const box = { part, x: next, y: row, width: wide, height: 58 };
    next += wide + 20;
    return box;
  });
  return { x, y, width, height: row + 58 + 14 - y, parts };
}
