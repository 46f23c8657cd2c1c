import type { Batches } from "../../data/batches.ts";
import type { StepProgram } from "../../program/step-program.ts";
import type { Evaluation } from "./events.ts";
import type { LoopTrainer } from "./loop-trainer.ts";

export interface MeasureOptions {
  readonly program: StepProgram;
  readonly trainer: Pick<LoopTrainer, "evaluate">;
  readonly batches: Batches;
  /** Told the share done after every batch; false ends the measurement. */
  readonly onProgress?: (share: number) => Promise<boolean>;
}

/** Losses and accuracies over a split, by inference statistics, every sample counted once; null where it was ended early. */
export async function measure({ program, trainer, batches, onProgress }: MeasureOptions): Promise<Evaluation | null> {
  const start = performance.now();
  const correct = new Map(program.predictions.map(({ name }) => [name, 0]));
  const sums = new Map(program.losses.map(({ name }) => [name, 0]));
  let samples = 0;
  let done = 0;
  try {
    for (let batch = await batches.next(); batch !== null; batch = await batches.next()) {
      const { losses, logits } = await trainer.evaluate({ input: batch.input, label: batch.label });
      for (const [name, count] of correct) correct.set(name, count + countCorrect(logits[name], batch.label));
      for (const [name, sum] of sums) sums.set(name, sum + (losses[name] ?? Number.NaN) * batch.size);
      samples += batch.size;
      done += 1;
      if (onProgress !== undefined && !(await onProgress(done / batches.count))) return null;
    }
  } finally {
    await batches.close();
  }
  const readout = program.predictions.at(-1);
  const accuracies = Object.fromEntries([...correct].map(([name, count]) => [name, count / samples]));
  return {
    samples,
    accuracy: readout === undefined ? Number.NaN : (accuracies[readout.name] ?? Number.NaN),
    accuracies,
    losses: Object.fromEntries([...sums].map(([name, sum]) => [name, sum / samples])),
    seconds: (performance.now() - start) / 1000,
  };
}

/** How many rows of logits `[batch, classes]` are largest at the label; of equal ones the first counts. */
function countCorrect(logits: Float32Array | undefined, label: Int32Array): number {
  if (logits === undefined) throw new Error("the trainer returned no logits for a prediction of its program");
  const classes = logits.length / label.length;
  let count = 0;
  for (let sample = 0; sample < label.length; sample += 1) {
    if (largest(logits, sample * classes, classes) === label[sample]) count += 1;
  }
  return count;
}

/** Index of the largest of `count` values from `start`, relative to it. */
export function largest(values: Float32Array, start: number, count: number): number {
  let best = 0;
  for (let index = 1; index < count; index += 1) {
    if ((values[start + index] ?? 0) > (values[start + best] ?? 0)) best = index;
  }
  return best;
}
