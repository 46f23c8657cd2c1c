/** Where everything of a picture lies, in pixels from the top left corner. */
import type { Cut, Item, Lane, Loss, SharedPart } from "../picture.ts";
import type { Box, PlacedInside, Point } from "./place-inside.ts";

export interface Placed {
  readonly width: number;
  readonly height: number;
  /** Lines of the doc comment. */
  readonly documentation: readonly string[];
  /** Lines of numbers below it, and their top. */
  readonly facts: readonly string[];
  readonly factsY: number;
  readonly input: Box;
  /** From the input to the first lane. */
  readonly inputEdge: readonly Point[];
  readonly lanes: readonly PlacedLane[];
  readonly cuts: readonly PlacedCut[];
  readonly rails: readonly PlacedRail[];
  readonly shared?: PlacedShared;
  readonly legendY: number;
}

export interface PlacedLane extends Box {
  readonly lane: Lane;
  /** Left end of the lane's name. */
  readonly nameX: number;
  readonly items: readonly PlacedItem[];
  readonly arrows: readonly PlacedArrow[];
  /** Where the context is added, if there is one. */
  readonly sum?: Point;
  readonly head?: PlacedItem;
  readonly segments: readonly PlacedSegment[];
  readonly losses: readonly PlacedLoss[];
  /** Left end and top of the column of numbers. */
  readonly numbers: Box;
}

export interface PlacedItem extends Box {
  readonly item: Item;
  /** An unfolded run's handle folds it again. */
  readonly isHandle: boolean;
  /** Below the title. */
  readonly lines: readonly string[];
  readonly inside?: PlacedInside;
}

export interface PlacedArrow {
  readonly points: readonly Point[];
  /** Shape of what flows, where it is worth saying. */
  readonly label?: string;
  readonly labelAt?: Point;
}

/** A piece of a loss's gradient under one row of a lane, drawn right to left. */
export interface PlacedSegment {
  readonly loss: number;
  readonly y: number;
  readonly from: number;
  readonly to: number;
  /** What its left end is: a stop, the row above, or the module before. */
  readonly end: "stop" | "row" | "module";
  /** Middles of the parts it trains. */
  readonly dots: readonly number[];
}

/** A loss at the right end of its track, or the place where another module's gradient comes in. */
export interface PlacedLoss extends Box {
  readonly loss: Loss;
  readonly isOwn: boolean;
}

export interface PlacedCut {
  readonly cut: Cut;
  /** The module before it. */
  readonly module: number;
  readonly path: readonly Point[];
  /** The stop symbol's middle. */
  readonly stop: Point;
  /** Where words about it begin. */
  readonly textX: number;
  /** Of the strip between the two lanes. */
  readonly height: number;
}

export interface PlacedRail {
  readonly from: number;
  readonly to: number;
  readonly points: readonly Point[];
}

export interface PlacedShared extends Box {
  readonly parts: readonly (Box & { readonly part: SharedPart })[];
}
