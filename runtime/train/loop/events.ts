/** What happens during a training run, as plain data: one renderer makes lines of it, another JSON, and the log keeps it. */
import type { TrainingError } from "./training-error.ts";

export type TrainingEvent =
  | RunStarted
  | PhaseStarted
  | KeepingProgress
  | StepDone
  | EvaluationProgress
  | EpochDone
  | CheckpointWritten
  | RunStopped;

export interface RunStarted {
  readonly kind: "started";
  /** Where it starts: 1 and 0 for a new run. */
  readonly epoch: number;
  readonly step: number;
  readonly resumed: boolean;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly batch: number;
}

/** Sequential trainings: from here on, one module alone is trained. Comes again where a run is continued. */
export interface PhaseStarted {
  readonly kind: "phase";
  /** 1-based. */
  readonly phase: number;
  readonly phases: number;
  readonly module: number;
  /** The epochs of the whole training it has, from the first to the last. */
  readonly epochs: readonly [number, number];
  /** How the modules before it are run; absent where there are none. */
  readonly note?: string;
}

/** The outputs of finished modules are being computed once, to be kept. */
export interface KeepingProgress {
  readonly kind: "keeping";
  readonly module: number;
  /** Share of the training images done, in [0, 1]. */
  readonly share: number;
  readonly secondsLeft: number;
}

export interface StepDone {
  readonly kind: "step";
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done in this epoch. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Unweighted, averaged over the samples of this epoch so far, by loss name. */
  readonly losses: Losses;
  readonly rate: number;
  readonly imagesPerSecond: number;
  /** Until the end of the run, evaluations included. */
  readonly secondsLeft: number;
}

export interface EvaluationProgress {
  readonly kind: "evaluation";
  readonly epoch: number;
  readonly epochs: number;
  /** Before the test set, where images are held out. */
  readonly split?: "validation";
  /** Share of the split done, in [0, 1]. */
  readonly share: number;
}

export interface EpochDone {
  readonly kind: "epoch";
  readonly epochs: number;
  readonly record: EpochRecord;
  readonly secondsLeft: number;
}

export interface CheckpointWritten {
  readonly kind: "checkpoint";
  readonly path: string;
  readonly epoch: number;
  readonly step: number;
}

export interface RunStopped {
  readonly kind: "stopped";
  readonly reason: "finished" | "interrupted" | "step_limit" | "failed";
  readonly epoch: number;
  readonly step: number;
  readonly error?: TrainingError;
}

/** Mean of a loss over samples, unweighted, by name: `{ "module[1].classes": 0.31 }`. */
export type Losses = Readonly<Record<string, number>>;

/** One finished epoch: an entry of `epochs` in the document of `train --json`. */
export interface EpochRecord {
  /** 1-based; counted over all phases. */
  readonly epoch: number;
  /** Sequential trainings: the module that was trained. */
  readonly module?: number;
  /** Training losses, as the steps of the epoch saw them. */
  readonly losses: Losses;
  readonly train: {
    readonly steps: number;
    readonly samples: number;
    /** Learning rate of the epoch's last step. */
    readonly rate: number;
    /** The sum of all losses with their weights. */
    readonly total: number;
  };
  /** On the training images that are held out, where the recipe asks for it: what the best epoch is chosen by. */
  readonly validation?: Evaluation;
  readonly test: Evaluation;
  /** Of the steps alone. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** How well a split is classified. */
export interface Evaluation {
  readonly samples: number;
  /** Share of samples the readout (the last classifier; of those there are in a phase) gets right, in [0, 1]. */
  readonly accuracy: number;
  /** The same for every classifier, local heads included: `{ "module[1].classifier": 0.84 }`. */
  readonly accuracies: Readonly<Record<string, number>>;
  readonly losses: Losses;
  readonly seconds: number;
}
