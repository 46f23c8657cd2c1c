/** How a program is trained: plain data, evaluated by `runtime/train` and `runtime/data`. */

export interface Recipe {
  readonly optimizer: Optimizer;
  readonly rate: RateSchedule;
  /** Samples per step; the last batch of an epoch may be shorter. */
  readonly batch: number;
  readonly epochs: number;
  /** Share of the training images, in (0, 0.5], that are held out to choose the best epoch by; absent: none. */
  readonly validation?: number;
  readonly augment: readonly AugmentStep[];
  readonly normalize?: Normalization;
  /** Root of every random stream: initial weights, order of samples, augmentation, dropout. */
  readonly seed: number;
  /** A dataset specification such as `cifar10:DIR`, where the file names one. */
  readonly data?: string;
  /** `immediate`: a module's weights move before the next module runs. Absent: as soon as their gradient is complete. */
  readonly update?: "immediate";
  /**
   * `sequential`: one module after the other, each for all epochs; see `StepProgram.phases`. `parallel`: the modules of a
   * step run at the same time as far as the values they hand on let them. Absent: module after module in every step.
   */
  readonly order?: "sequential" | "parallel";
  /** In a sequential training: what the finished modules give for the training images may be kept, up to this many bytes. */
  readonly cacheBytes?: number;
  /**
   * `per_execution`: running statistics move once for every scope of a loss that a unit lies in, as where each scope runs
   * its own forward pass (MLAAN, arXiv 2406.16633, released code). Absent: once per step.
   */
  readonly statistics?: "per_execution";
  /** How a step saves memory by computing again; absent: it keeps everything its backward pass reads. */
  readonly memory?: MemoryGoal;
}

export type MemoryGoal =
  /** Normalisations and activations are made again from what they were made of, where that lowers the peak. */
  | { readonly kind: "recompute" }
  /** The planned peak of a step, at most; weights, statistics and optimizer slots do not count. */
  | { readonly kind: "at_most"; readonly bytes: number };

export type Optimizer = SgdOptimizer | AdamOptimizer;

export interface SgdOptimizer {
  readonly kind: "sgd";
  /** In [0, 1); 0 keeps no momentum buffer. */
  readonly momentum: number;
  readonly nesterov: boolean;
  /** Added to the gradient as `weightDecay · w` before the momentum (coupled), or applied to the weight (decoupled). */
  readonly weightDecay: number;
  readonly decayMode: "coupled" | "decoupled";
  /** Weight groups without decay. */
  readonly noDecay: readonly WeightGroup[];
}

export interface AdamOptimizer {
  readonly kind: "adam" | "adamw";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** `adam` defaults to coupled, `adamw` to decoupled. */
  readonly decayMode: "coupled" | "decoupled";
  readonly noDecay: readonly WeightGroup[];
}

/** `bias`: additive terms of convolutions and dense layers; `norm`: scale and offset of normalisations. */
export type WeightGroup = "bias" | "norm";

export type RateSchedule = ConstantRate | CosineRate | StepsRate;

export interface ConstantRate {
  readonly kind: "constant";
  readonly value: number;
}

/**
 * Half a cosine from `peak` to 0 over all epochs. During the first `warmup` epochs e = 1 … W it is mixed with `start`:
 * `c(e)·(e−1)/W + start·(W+1−e)/W` (InfoPro, arXiv 2101.10832, released code).
 */
export interface CosineRate {
  readonly kind: "cosine";
  readonly peak: number;
  readonly warmup: number;
  readonly start: number;
  readonly per: "epoch" | "step";
}

/** `initial · factor^m`, where m milestones `at` (epochs, 1-based, the drop takes effect in that epoch) have been reached. */
export interface StepsRate {
  readonly kind: "steps";
  readonly initial: number;
  readonly factor: number;
  readonly at: readonly number[];
  readonly warmup: number;
  readonly start: number;
}

export type AugmentStep =
  /** Pads every side, then crops a random window of the original size. `zero` pads black pixels before normalisation. */
  | { readonly kind: "pad_crop"; readonly padding: number; readonly mode: "reflect" | "zero" }
  /** Mirrors left and right with probability one half. */
  | { readonly kind: "flip" }
  /**
   * Crops a random window, `scale` (least and most) of the area, with a `ratio` (least and most) of width to height, and stretches it
   * to the original size.
   */
  | {
      readonly kind: "resized_crop";
      readonly scale: readonly [number, number];
      readonly ratio: readonly [number, number];
    };

/** Per channel, for pixels scaled to [0, 1]: `(pixel − mean) / standardDeviation`. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly standardDeviation: readonly number[];
}
