import type { Item, Track } from "../picture.ts";
import type { PlacedItem, PlacedSegment } from "./placed.ts";

export interface RowSpan {
  readonly items: readonly PlacedItem[];
  /** Where the first track of the row lies. */
  readonly tracksY: number;
  readonly left: number;
  readonly right: number;
}

export const trackStep = 17;

/**
 * A loss's gradient under the rows of a lane: from the head, or from the module after, back to the first part it trains.
 * `headX` is where the head's own mark lies, if there is a head.
 */
export function placeSegments(
  track: Track,
  position: number,
  rows: readonly RowSpan[],
  head?: HeadMark,
): PlacedSegment[] {
  const trains = ({ trainedBy }: Item): boolean => trainedBy.includes(track.loss);
  const firstRow = rows.findIndex(({ items }) => items.some(({ item, isHandle }) => !isHandle && trains(item)));
  const start = track.continues ? 0 : firstRow === -1 ? rows.length - 1 : firstRow;
  return rows.slice(start).map((row, offset): PlacedSegment => {
    const index = start + offset;
    const isLast = index === rows.length - 1;
    const trained = row.items.filter(({ item, isHandle }) => !isHandle && trains(item));
    const goesOn = index > start || track.continues;
    const stopAt = (trained[0]?.x ?? (isLast ? (head?.x ?? row.right) : row.right)) - 4;
    const marksHead = isLast && track.isOwn && head !== undefined && trains(head.item);
    return {
      loss: track.loss,
      y: row.tracksY + position * trackStep + trackStep / 2,
      from: row.right,
      to: index > start ? row.left + 12 : goesOn ? row.left : stopAt,
      end: !goesOn ? "stop" : index > start ? "row" : "module",
      dots: [...trained.map(({ x, width }) => x + width / 2), ...(marksHead ? [head.x] : [])],
    };
  });
}

export interface HeadMark {
  readonly item: Item;
  readonly x: number;
}
