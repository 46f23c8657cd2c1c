import type { ValueNumber } from "../../runtime/program/step-program.ts";

/** What a step computes twice instead of keeping it. Numbers are those of the procedure as it was lowered. */
export interface RecomputeChoice {
  /** Forward values computed again, through cheap instructions, each from what is kept of its own section. */
  readonly values: readonly ValueNumber[];
  /** Forward sections (by position) computed again as a whole: only what other sections read of them is kept. */
  readonly sections: readonly number[];
}
