/**
 * What an ablation is made of, from the file to the folder of a run. Plain data: `JSON.stringify` loses nothing.
 *
 *     study   = axes × values → variants; seeds
 *     variant = one setting of every axis, compiled: a program hash
 *     trial   = program hash × data × seed: what is run, once, whichever studies and variants ask for it
 *
 * A trial's folder is `runs/trials/<id>/`: see `store.ts`.
 */
import type { Study, VariantSummary } from "../../compiler/ablate/index.ts";

export type { Study, Variant, VariantSummary } from "../../compiler/ablate/index.ts";

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
