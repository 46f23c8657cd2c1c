/**
 * Where a run stands, next to weights and optimizer slots: everything else follows from the seed, since random streams are
 * derived from (seed, epoch, sample) and keep no state.
 */
import type { EpochRecord, Losses } from "./events.ts";

export interface TrainingState {
  /** The epoch being trained, 1-based; `epochs + 1` when the run is finished. */
  readonly epoch: number;
  /** Steps done in that epoch; all of them done and no record yet means that its evaluation is still to come. */
  readonly step: number;
  /** Steps done since the run began. */
  readonly totalSteps: number;
  readonly sums: EpochSums;
  /** One per finished epoch. */
  readonly epochs: readonly EpochRecord[];
}

/** Sums over the samples of the epoch being trained. */
export interface EpochSums {
  readonly samples: number;
  /** Each loss times its batch size; doubles, so that they survive JSON exactly. */
  readonly losses: Losses;
  readonly seconds: number;
  /** Learning rate of the last step. */
  readonly rate: number;
}

export const emptySums: EpochSums = { samples: 0, losses: {}, seconds: 0, rate: 0 };

export const initialState: TrainingState = { epoch: 1, step: 0, totalSteps: 0, sums: emptySums, epochs: [] };

/** The sums after one more step of `size` samples. */
export function addStep(sums: EpochSums, losses: Losses, size: number, rate: number, seconds: number): EpochSums {
  const added = Object.fromEntries(
    Object.entries(losses).map(([name, loss]) => [name, (sums.losses[name] ?? 0) + loss * size]),
  );
  return { samples: sums.samples + size, losses: added, seconds: sums.seconds + seconds, rate };
}

/** Mean over samples; empty before the first step. */
export function meanLosses(sums: EpochSums): Losses {
  return Object.fromEntries(Object.entries(sums.losses).map(([name, sum]) => [name, sum / sums.samples]));
}

/** Whether parsed JSON has the form of a state. */
export function isTrainingState(value: unknown): value is TrainingState {
  if (typeof value !== "object" || value === null) return false;
  const { epoch, step, totalSteps, sums, epochs } = value as Record<string, unknown>;
  const counts = [epoch, step, totalSteps].every((count) => Number.isInteger(count) && (count as number) >= 0);
  return counts && typeof sums === "object" && sums !== null && "samples" in sums && Array.isArray(epochs);
}
