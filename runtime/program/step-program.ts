/**
 * The StepProgram: a training step as a flat, single-assignment list of primitive operations with shapes, plain data.
 *
 *     program     = header, variables, procedures (train, gradients, evaluate, predict)
 *     procedure   = inputs, sections, instructions, outputs
 *     instruction = results "=" primitive operands attributes ["variables" …] ["free" …]
 *
 * A gradient stop is not an instruction: beyond it the backward instructions do not exist. Everything an executor needs is
 * here, nothing refers back to the compiler, and `JSON.stringify` followed by `JSON.parse` gives an equal program.
 */
import type { LossWeight } from "./loss-weight.ts";
import type { Recipe } from "./recipe.ts";
import type { BatchScalar, TensorType } from "./tensor-type.ts";

export interface StepProgram {
  readonly format: "llnet-step-program";
  readonly version: 1;
  /** The model's name. */
  readonly name: string;
  readonly classes: number;
  /** One sample as fed: `[height, width, channels]` or `[features]`. */
  readonly inputShape: readonly number[];
  readonly modules: readonly ProgramModule[];
  readonly losses: readonly ProgramLoss[];
  /** Classifiers whose logits `evaluate` returns, the readout last. */
  readonly predictions: readonly ProgramPrediction[];
  readonly variables: readonly Variable[];
  readonly procedures: Procedures;
  /**
   * Where the recipe's order is sequential: what is trained one after the other, in the order of the modules. The trainer
   * runs these; `procedures.train` and `gradients` then are the step of all modules at once, for analysis.
   */
  readonly phases?: readonly TrainingPhase[];
  readonly recipe: Recipe;
}

/**
 * One module trained alone. Modules before it are finished: they run with inference statistics and do not change; modules
 * after it do not run.
 */
export interface TrainingPhase {
  readonly module: number;
  /** `train` outputs the module's own losses; `evaluate` losses and predictions of the modules up to it. */
  readonly procedures: Pick<Procedures, "train" | "gradients" | "evaluate">;
}

/** What each procedure takes and gives; all of them share the variables. */
export interface Procedures {
  /** Inputs `input`, `label` and scalars by role; outputs every loss, unweighted; updates weights, slots and statistics. */
  readonly train: Procedure;
  /** As `train`, but updates nothing and outputs one gradient per reached weight, named by its address. */
  readonly gradients: Procedure;
  /** Inference statistics, no dropout: outputs every loss and the logits of every prediction. */
  readonly evaluate: Procedure;
  /** Input `input` only; outputs `logits`. */
  readonly predict: Procedure;
}

export interface ProgramModule {
  /** 1-based. */
  readonly index: number;
  readonly units: readonly string[];
  readonly heads: readonly string[];
}

export interface ProgramLoss {
  /** `module[1].rebuild` */
  readonly name: string;
  readonly module: number;
  /** Factor of the loss in the module's total; the reported loss is unweighted. */
  readonly weight: LossWeight;
  /** Modules whose weights the loss trains. Absent: its own module only. */
  readonly reaches?: readonly number[];
}

export interface ProgramPrediction {
  /** `module[2].classifier`: output name in `evaluate`. */
  readonly name: string;
  readonly module: number;
}

/** A tensor that lives between steps. */
export interface Variable {
  /** `stage[2].block[1].conv[1].kernel`; a slot adds its name: `….kernel/momentum`. */
  readonly address: string;
  readonly type: TensorType;
  /** `average`: follows another weight and is not trained itself. */
  readonly role: "weight" | "statistic" | "slot" | "average";
  /** Which part of the network it belongs to; a slot belongs where its weight does. */
  readonly owner: {
    readonly kind: "unit" | "head" | "context" | "shared";
    readonly module: number;
    readonly name: string;
  };
  /** True where inference needs it: backbone, context encoders, readout classifier. */
  readonly inference: boolean;
  readonly initializer: Initializer;
}

export type Initializer =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "normal"; readonly mean: number; readonly standardDeviation: number }
  | { readonly kind: "truncated_normal"; readonly mean: number; readonly standardDeviation: number }
  | { readonly kind: "uniform"; readonly low: number; readonly high: number }
  /** The initial value of another variable, by address. */
  | { readonly kind: "copy"; readonly of: string };

export interface Procedure {
  readonly name: keyof Procedures;
  readonly inputs: readonly ProcedureInput[];
  /** The type of every value, by value number. */
  readonly values: readonly TensorType[];
  readonly sections: readonly Section[];
  readonly instructions: readonly Instruction[];
  readonly outputs: readonly { readonly name: string; readonly value: ValueNumber }[];
}

/** `%7` is value 7 of its procedure. Every value is defined once: by an input or by one instruction. */
export type ValueNumber = number;

export interface ProcedureInput {
  readonly name: string;
  readonly value: ValueNumber;
  readonly role: InputRole;
}

/** What the trainer feeds. Scalars are computed from the recipe, the epoch and the step number t = 1, 2, …. */
export type InputRole =
  /** `float32[batch, …inputShape]`, as the data pipeline gives it: augmented and normalised. */
  | { readonly kind: "input" }
  /** `int32[batch]`, in 0 … classes − 1. */
  | { readonly kind: "label" }
  /** `int32[2]`: the run's seed and t. Every operation that draws random numbers derives its own seed from it. */
  | { readonly kind: "seed" }
  /** A value of modules that are finished, `[batch, …]`, kept from before instead of computed; see `splitFrozen`. */
  | { readonly kind: "frozen"; readonly name: string }
  /** The learning rate of this step. */
  | { readonly kind: "rate" }
  /** The weight of a loss in this epoch, where it changes over epochs: `ProgramLoss.weight` by the loss's name. */
  | { readonly kind: "loss_weight"; readonly loss: string }
  /** `base ^ t`, Adam's bias correction. */
  | { readonly kind: "power"; readonly base: number }
  /** `epsilon · √(1 − beta2^t)`: makes TensorFlow's Adam equal to the paper's (and PyTorch's) placement of epsilon. */
  | { readonly kind: "adam_epsilon"; readonly epsilon: number; readonly beta2: number };

/**
 * A run of instructions that belong together, for printing, profiling, emission and module joins. Sections cover all
 * instructions in order, without gaps. All sections of module k come before those of module k + 1, unless a loss reaches
 * over several modules.
 */
export interface Section {
  readonly module: number;
  readonly part: "prologue" | "forward" | "head" | "backward" | "update";
  /** The unit or head, `stage[1].block[2]` or `head[1]`; empty for a prologue. */
  readonly owner: string;
  /** Index of the first instruction, and of the one after the last. */
  readonly start: number;
  readonly end: number;
}

export type AttributeValue = number | boolean | string | readonly number[] | BatchScalar;
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface Instruction {
  /** Name of a primitive in `runtime/primitives`. */
  readonly primitive: string;
  readonly operands: readonly ValueNumber[];
  readonly results: readonly ValueNumber[];
  readonly attributes: Attributes;
  /** Addresses of variables read or changed, in the order the primitive documents. */
  readonly variables: readonly string[];
  /**
   * Values whose last use is this instruction, its own unused results included: an executor releases them right after
   * it. A procedure's outputs are never freed by it.
   */
  readonly free: readonly ValueNumber[];
  /** Where in the source this comes from, for people: `conv[1]`, `rebuild`. */
  readonly label: string;
}
