/**
 * What an `ablate` block says once it is expanded. Plain data: `JSON.stringify` loses nothing.
 *
 *     study   = axes × values → variants; seeds
 *     variant = one setting of every axis, compiled: a program hash
 */
import type { Recipe } from "../../runtime/program/recipe.ts";

/** One `ablate` block, or the axes of a command line, expanded. */
export interface Study {
  /** The block's name; the model's where the axes come from the command line alone. */
  readonly name: string;
  /** The text of the doc comment: the hypothesis. */
  readonly documentation?: string;
  readonly model: string;
  /** The file the block is written in: what a trial's `llnet train` is given. The model may be imported into it. */
  readonly file: string;
  readonly axes: readonly Axis[];
  /** Of `repeat seed`; empty where the block has none: then each variant runs with its recipe's own seed. */
  readonly seeds: readonly number[];
  /** Name of the first variant that `compare to` picks. */
  readonly baseline?: string;
  /** In the order of the axes, the last axis fastest. */
  readonly variants: readonly Variant[];
  readonly excluded: readonly Exclusion[];
}

/** `vary split: into 1, into 2`; several paths that vary together are one axis. */
export interface Axis {
  readonly paths: readonly string[];
  /** One row per value, one cell per path: llnet expressions, as `--set` takes them. */
  readonly values: readonly (readonly string[])[];
}

export interface Variant {
  /** What differs: `into-4_dgl`. Unique in its study, also where capitals do not count, and fit for a file name. */
  readonly name: string;
  /** Axis paths with their values as written: the columns of a table. */
  readonly set: Readonly<Record<string, string>>;
  /** All overrides of the model, in order, as `llnet train --set` takes them: those of the command line, then `set`. */
  readonly overrides: Readonly<Record<string, string>>;
  /** SHA-256 of the program and its recipe, without names that change nothing, without the seed and the data. */
  readonly programHash: string;
  /** SHA-256 of what a single training step computes at its batch size: variants that share it take the same time. */
  readonly stepHash: string;
  /** SHA-256 of all source texts the variant was made from, and of its overrides. */
  readonly sourceHash: string;
  readonly summary: VariantSummary;
  readonly recipe: Recipe;
  /** The first variant of the file's studies with the same program hash, `study/variant`; absent: this is the first. */
  readonly sameAs?: string;
  /** The variant to compare it with: the value of `compare to`, everything else equal. Absent for baselines. */
  readonly comparedTo?: string;
}

export interface VariantSummary {
  readonly modules: number;
  readonly classes: number;
  /** One sample: `[height, width, channels]` or `[features]`. */
  readonly inputShape: readonly number[];
  readonly parameters: { readonly inference: number; readonly training: number };
  /** Multiply-adds per sample of a forward pass in training: backbone, heads and context. */
  readonly macs: number;
  /** Planned peak of a training step at the recipe's batch size, weights and optimizer slots apart. */
  readonly peakBytes: number;
  /** Weights, running statistics and optimizer slots. */
  readonly variableBytes: number;
  readonly batch: number;
  readonly epochs: number;
  /** The recipe's, used where the study repeats no seeds. */
  readonly seed: number;
  /** The share of the training images that is held out, where the recipe holds some out. */
  readonly validation?: number;
  /** The recipe's dataset specification, where it names one. */
  readonly data?: string;
}

/** A combination that is not run. */
export interface Exclusion {
  readonly name: string;
  readonly set: Readonly<Record<string, string>>;
  /** `skip when split.modules == 1`, or the message of the diagnostic where it does not compile. */
  readonly reason: string;
  readonly kind: "skipped" | "invalid";
}
