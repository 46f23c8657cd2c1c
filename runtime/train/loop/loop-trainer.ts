/** What the training loop needs of a trainer. */
import type { Losses } from "./events.ts";

export interface LoopTrainer {
  /** One step at the rate that was set; the losses are unweighted, by name. */
  step(batch: LoopBatch): Promise<{ readonly losses: Losses }>;
  /** Losses and logits `[batch, classes]` by the name of the prediction; changes nothing. */
  evaluate(
    batch: LoopBatch,
  ): Promise<{ readonly losses: Losses; readonly logits: Readonly<Record<string, Float32Array>> }>;
  setRate(rate: number): void;
  /** Weights of losses may change over epochs. */
  setEpoch(epoch: number): void;
  /** Sequential trainings only, as are the next two; see `Trainer`. */
  setPhase?(phase: number): void;
  frozenElements?(): ReadonlyMap<string, number> | undefined;
  frozen?(batch: Pick<LoopBatch, "input" | "label">): Promise<ReadonlyMap<string, Float32Array>>;
}

export interface LoopBatch {
  /** `[batch, …inputShape]`, augmented and normalised. */
  readonly input: Float32Array;
  /** `[batch]` */
  readonly label: Int32Array;
  /** What finished modules hand on for these images, where it is kept. */
  readonly frozen?: ReadonlyMap<string, Float32Array>;
}
