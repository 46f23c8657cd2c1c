/**
 * What an ablation is made of, from the file to the folder of a run. Plain data: `JSON.stringify` loses nothing.
 *
 *     study   = axes × values → variants; seeds
 *     variant = one setting of every axis, compiled: a program hash
 *     trial   = program hash × data × seed: what is run, once, whichever studies and variants ask for it
 *
 * A trial's folder is `runs/trials/<id>/`: written by `llnet train --out`, with the runner's `events.jsonl` beside the
 * run's own files.
 */

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
  /** Name of the variant that `compare to` picks. */
  readonly baseline?: string;
  /** In the order of the axes, the last axis fastest. */
  readonly variants: readonly Variant[];
  readonly excluded: readonly Exclusion[];
}

/** `vary split: into 1, into 2`; several paths that vary together are one axis. */
export interface Axis {
  readonly paths: readonly string[];
  /** One row per value, one cell per path: llnet expressions in the formatter's spelling, as `--set` takes them. */
  readonly values: readonly (readonly string[])[];
}

export interface Variant {
  /** What differs: `split=4-heads.local=dgl`. Unique in its study, fit for a file name. */
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
  /** The first variant of the file's studies with the same program hash, `study/variant`; absent: this is the first. */
  readonly sameAs?: string;
}

export interface VariantSummary {
  readonly modules: number;
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
  /** The recipe's dataset specification, where it names one. */
  readonly data?: string;
}

/** A combination that is not run. */
export interface Exclusion {
  readonly name: string;
  readonly set: Readonly<Record<string, string>>;
  /** `skip when split == …`, or the message of the diagnostic where it does not compile. */
  readonly reason: string;
  readonly kind: "skipped" | "invalid";
}

/** Which data a trial trains on. Two specifications with one checksum are the same data. */
export interface DataIdentity {
  /** As `--data` takes it, directories absolute. */
  readonly specification: string;
  /** Of the dataset's content: `Dataset.checksum`. */
  readonly checksum: string;
}

/** What is executed once: everything that decides the numbers, but the engine. */
export interface Trial {
  /** 20 hexadecimal digits of the SHA-256 of `{programHash, data.checksum, seed}`. */
  readonly id: string;
  readonly programHash: string;
  readonly stepHash: string;
  readonly data: DataIdentity;
  readonly seed: number;
  /** Who asks for it, the first one first. */
  readonly askedBy: readonly TrialOwner[];
  readonly summary: VariantSummary;
  /**
   * Arguments of the child process behind the `llnet` executable, `--out` and `--json` not included:
   * `["train", FILE, "--model", M, "--set", "split=into 4", "--seed", "2", "--data", D]`.
   */
  readonly arguments: readonly string[];
}

export interface TrialOwner {
  readonly study: string;
  readonly variant: string;
}

/** `excluded` is a variant's, never a trial's. */
export type TrialStatus = "planned" | "running" | "done" | "failed" | "excluded";

/** All studies of a file, and the trials they need: what `ablate plan --json` prints and a runner starts from. */
export interface StudyPlan {
  readonly format: "llnet-study-plan";
  readonly version: 1;
  readonly file: string;
  readonly studies: readonly Study[];
  /** Every distinct trial once, in the order of the studies. */
  readonly trials: readonly Trial[];
}
