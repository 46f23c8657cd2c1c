import type { RateSchedule } from "../program/recipe.ts";

/** Where in a training run a step is. */
export interface Position {
  /** 1 … epochs. */
  readonly epoch: number;
  readonly epochs: number;
  /** 0 … stepsPerEpoch − 1; needed for schedules evaluated per step, which use the epoch alone without it. */
  readonly step?: number;
  readonly stepsPerEpoch?: number;
}

/**
 * The learning rate at a position, at least 0.
 *
 * With e the epoch from 1 to E: cosine is `c(e) = peak/2 · (1 + cos(π·e/E))`, so that the last epoch has rate 0; steps is
 * `initial · factor^m` with m milestones reached. In the first W warm-up epochs it is mixed with `start`:
 * `c(e)·(e−1)/W + start·(W+1−e)/W` (InfoPro, arXiv 2101.10832, released code). Evaluated per step, e runs evenly from 1 in
 * the first step to E in the last.
 */
export function rateAt(schedule: RateSchedule, position: Position): number {
  switch (schedule.kind) {
    case "constant":
      return schedule.value;
    case "cosine": {
      const { epochs } = position;
      const e = schedule.per === "step" ? evenEpoch(position) : position.epoch;
      // Rounding may leave cos(π) + 1 a hair off 0.
      const rate = e >= epochs ? 0 : 0.5 * schedule.peak * (1 + Math.cos((Math.PI * e) / epochs));
      return warmUp(rate, e, schedule);
    }
    case "steps": {
      const reached = schedule.at.filter((milestone) => position.epoch >= milestone).length;
      return warmUp(schedule.initial * schedule.factor ** reached, position.epoch, schedule);
    }
  }
}

function warmUp(
  rate: number,
  e: number,
  { warmup, start }: { readonly warmup: number; readonly start: number },
): number {
  if (e > warmup) return rate;
  return (rate * (e - 1)) / warmup + (start * (warmup + 1 - e)) / warmup;
}

function evenEpoch({ epoch, epochs, step = 0, stepsPerEpoch }: Position): number {
  if (stepsPerEpoch === undefined) return epoch;
  const last = epochs * stepsPerEpoch - 1;
  return last === 0 ? epochs : 1 + ((epochs - 1) * ((epoch - 1) * stepsPerEpoch + step)) / last;
}
