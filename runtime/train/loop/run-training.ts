import type { Dataset } from "../../data/dataset.ts";
import { createPrefetcher } from "../../data/prefetcher.ts";
import type { StepProgram } from "../../program/step-program.ts";
import type { TrainingEvent } from "./events.ts";
import type { LoopTrainer } from "./loop-trainer.ts";
import type { TrainingState } from "./state.ts";
import type { TrainingError } from "./training-error.ts";
import { createTrainingRun } from "./training-run.ts";

export interface TrainingOptions {
  /** Its recipe says how long, in which batches and at which rate. */
  readonly program: StepProgram;
  readonly trainer: LoopTrainer;
  /** What the recipe holds out for validation is taken from its training images, unless that was done before. */
  readonly dataset: Dataset;
  /** Where to continue; a new run otherwise. The trainer holds the weights that belong to it. */
  readonly from?: TrainingState;
  /** Stops after this many steps in all, resumed ones included. */
  readonly maxSteps?: number;
  /** Keeps weights and state; called at the start of a new run, at the end of every epoch, when stopped, and every `checkpointSeconds`. */
  readonly checkpoint: (state: TrainingState) => Promise<string | TrainingError>;
  readonly checkpointSeconds?: number;
  /** Keeps the weights of an epoch that is better than all before it by its validation accuracy; called before `checkpoint`. */
  readonly keepBest?: (state: TrainingState) => Promise<string | TrainingError>;
  /** Asked after every step: true ends the run with a checkpoint. */
  readonly stopRequested?: () => boolean;
  /** May return an error of its own, such as a log that cannot be written: the run then stops. */
  readonly onEvent: (event: TrainingEvent) => TrainingError | undefined;
}

export interface TrainingOutcome {
  readonly reason: "finished" | "interrupted" | "step_limit" | "failed";
  readonly state: TrainingState;
  readonly error?: TrainingError;
}

/**
 * Trains a program: epochs × batches, an evaluation on the test set after each epoch (before it on the validation images, where
 * the recipe holds some out), checkpoints on the way. A sequential training does this for one module after the other; its
 * epochs are counted through. A run that was interrupted and continued `from` its checkpoint ends with the same bits as one
 * that was not. A loss that is not a finite number ends the run at once (LL6201) and leaves the last checkpoint as it was.
 */
export async function runTraining(options: TrainingOptions): Promise<TrainingOutcome> {
  const prefetcher = createPrefetcher();
  const run = createTrainingRun(options, prefetcher);
  try {
    const outcome = await run.train();
    const { epoch, step } = outcome.state;
    options.onEvent({
      kind: "stopped",
      reason: outcome.reason,
      epoch,
      step,
      ...(outcome.error && { error: outcome.error }),
    });
    return outcome;
  } finally {
    await prefetcher.close();
  }
}
