/** What differs between two models, as plain data: what `llnet diff` prints. */

export interface Comparison {
  /** True where both compile to the same program with the same recipe. */
  readonly same: boolean;
  readonly before: ComparedModel;
  readonly after: ComparedModel;
  /** In the order of a file: network, split, heads, losses, context, readout, recipe. */
  readonly changes: readonly Change[];
  readonly checkpoint: CheckpointVerdict;
}

export interface ComparedModel {
  readonly name: string;
  readonly modules: readonly ComparedModule[];
  readonly trainingParameters: number;
  readonly inferenceParameters: number;
  /** Planned peak of a training step at the recipe's batch, weights apart. */
  readonly peakBytes: number;
  readonly batch: number;
}

export interface ComparedModule {
  /** From 1. */
  readonly index: number;
  readonly units: number;
  readonly parameters: number;
  readonly headParameters: number;
  readonly savedBytesPerSample: number;
}

export type Part = "network" | "split" | "heads" | "losses" | "context" | "readout" | "recipe";

export interface Change {
  readonly part: Part;
  /** A sentence without a full stop: `cut after stage[1].block[3] moves to stage[1].block[5]`. */
  readonly text: string;
}

/** Whether a checkpoint of the first model fits the second one: by address and shape of everything that is saved. */
export interface CheckpointVerdict {
  readonly loads: boolean;
  /** Weights, statistics and averages; what optimizers keep is not counted. */
  readonly matching: number;
  readonly matchingScalars: number;
  readonly scalars: number;
  /** In the second model, not in the checkpoint. */
  readonly missing: readonly string[];
  /** In the checkpoint, not in the second model. */
  readonly unused: readonly string[];
  readonly reshaped: readonly {
    readonly address: string;
    readonly before: readonly number[];
    readonly after: readonly number[];
  }[];
  /** True where the network matches and only what the optimizer keeps differs. */
  readonly optimizerDiffers: boolean;
}
