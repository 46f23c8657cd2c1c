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
  const correct = new Map<string, number>();
  const sums = new Map<string, number>();
  let samples = 0;
  let done = 0;
  try {
    for (let batch = await batches.next(); batch !== null; batch = await batches.next()) {
      const { losses, logits } = await trainer.evaluate({ input: batch.input, label: batch.label });
      // In a sequential training, modules to come have no losses and predictions yet.
      for (const { name } of program.predictions) {
        const own = logits[name];
        if (own !== undefined) correct.set(name, (correct.get(name) ?? 0) + countCorrect(own, batch.label));
      }
      for (const { name } of program.losses) {
        const loss = losses[name];
        if (loss !== undefined) sums.set(name, (sums.get(name) ?? 0) + loss * batch.size);
      }
      samples += batch.size;
      done += 1;
      if (onProgress !== undefined && !(await onProgress(done / batches.count))) return null;
    }
  } finally {
    await batches.close();
  }
  const readout = program.predictions.findLast(({ name }) => correct.has(name));
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
function countCorrect(logits: Float32Array, label: Int32Array): number {
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
