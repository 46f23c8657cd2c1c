/** The weight of a loss in its module's total: a number, or a number for every epoch. */
export type LossWeight = number | WeightSchedule;

/** From `start` in epoch 1 in equal steps to `end` in epoch `epochs`, and `end` from there on. */
export interface WeightSchedule {
  readonly start: number;
  readonly end: number;
  /** At least 2. Absent: all epochs of the run, so that `end` is the weight of the last. */
  readonly epochs?: number;
}

/**
 * The weight in an epoch 1 … epochs of a run. With n the schedule's epochs, `start + (end − start) · (epoch − 1) / (n − 1)`,
 * at most to epoch n; a run of one epoch stays at `start`.
 */
export function weightAt(
  weight: LossWeight,
  { epoch, epochs }: { readonly epoch: number; readonly epochs: number },
): number {
  if (typeof weight === "number") return weight;
  const last = weight.epochs ?? epochs;
  // Exactly `end`, whatever rounding does on the way.
  if (epoch >= last && last > 1) return weight.end;
  return last > 1 ? weight.start + ((weight.end - weight.start) * (epoch - 1)) / (last - 1) : weight.start;
}

/** As it would be written: `0.5`, `schedule(1, 0, epochs = 10)`. */
export function printWeight(weight: LossWeight): string {
  if (typeof weight === "number") return `${weight}`;
  const { start, end, epochs } = weight;
  return `schedule(${start}, ${end}${epochs === undefined ? "" : `, epochs = ${epochs}`})`;
}
