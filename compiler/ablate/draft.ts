/** An ablation as written: axes, seeds and conditions with their places, before anything is combined or compiled. */
import type { Place } from "../../grammar/span.ts";
import type { AblationValue, Expression } from "../../grammar/syntax-tree.ts";

export interface StudyDraft {
  readonly name: string;
  readonly documentation?: string;
  readonly model: string;
  /** Where the block's name stands. */
  readonly place: Place;
  readonly axes: readonly AxisDraft[];
  readonly seeds: readonly number[];
  readonly conditions: readonly Condition[];
  readonly comparisons: readonly Comparison[];
  /** Overrides that hold for every variant: those of the command line that list one value. */
  readonly base: ReadonlyMap<string, Cell>;
}

export interface AxisDraft {
  readonly paths: readonly AxisPath[];
  /** One cell per path. */
  readonly rows: readonly (readonly Cell[])[];
}

export interface AxisPath {
  readonly text: string;
  readonly place: Place;
}

/** One value of one path. */
export interface Cell {
  /** An llnet expression on one line, as `--set` takes it. */
  readonly text: string;
  readonly node: AblationValue;
  readonly place: Place;
  /** Whether `text` is what stands at `place`, letter by letter, so that a place inside it can be found. */
  readonly isVerbatim: boolean;
}

export interface Condition {
  readonly node: Expression;
  readonly place: Place;
  readonly text: string;
}

export interface Comparison {
  readonly path: AxisPath;
  readonly cell: Cell;
}

/** One combination of all axes: the row of each. */
export interface Combination {
  readonly rows: readonly number[];
  readonly name: string;
  /** By path, in the order of the axes. */
  readonly cells: ReadonlyMap<string, Cell>;
}

/** How a path is written that stands for the seed: `seed` and `train.seed` are one. */
export function isSeedPath(path: string): boolean {
  return path === "seed" || path === "train.seed";
}
