import type { DataIdentity, Study, Trial } from "./types.ts";

/** What makes a comparison of a study's variants unfair; `rule` is the lint rule that tells of it, where one does. */
export interface FairnessFinding {
  readonly study: string;
  readonly rule: string;
  readonly message: string;
}

/** Parameters of the deployed model may differ by this share before they are a finding. */
const parameterTolerance = 0.05;

/** Found on the compiled variants, so that axes of the command line and values from recipes count as well. */
export function fairnessOf(study: Study, trials: readonly Trial[]): FairnessFinding[] {
  const { name, variants, seeds } = study;
  if (variants.length < 2) return [];
  const found = (rule: string, message: string): FairnessFinding => ({ study: name, rule, message });
  const findings: FairnessFinding[] = [];
  if (seeds.length === 0) {
    const isVaried = study.axes.some(({ paths }) => paths.includes("train.seed"));
    if (!isVaried) findings.push(found("single-seed-ablation", "every variant runs once: add `repeat seed: 1..3`"));
  }
  const epochs = range(variants.map(({ summary }) => summary.epochs));
  if (epochs.least !== epochs.most) {
    const message = `variants are trained for ${epochs.least} to ${epochs.most} epochs`;
    findings.push(found("unequal-epochs", message));
  }
  const parameters = range(variants.map(({ summary }) => summary.parameters.inference));
  if (parameters.most > (1 + parameterTolerance) * parameters.least) {
    const share = Math.round(100 * (parameters.most / parameters.least - 1));
    findings.push(
      found("unequal-parameters", `the largest deployed model has ${share} % more parameters than the smallest`),
    );
  }
  const own = trials.filter(({ askedBy }) => askedBy.some((owner) => owner.study === name));
  if (new Set(own.map(({ data }) => identity(data))).size > 1)
    findings.push(found("unequal-data", "variants are trained or tested on different data"));
  const shares = new Set(variants.map(({ summary }) => summary.validation ?? 0));
  if (shares.size > 1) {
    findings.push(found("unequal-data", "variants hold out different shares of the training images for validation"));
  }
  return findings;
}

function identity({ specification, checksum }: DataIdentity): string {
  return checksum === "unknown" ? specification : checksum;
}

function range(numbers: readonly number[]): { readonly least: number; readonly most: number } {
  return numbers.reduce(
    ({ least, most }, number) => ({ least: Math.min(least, number), most: Math.max(most, number) }),
    { least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY },
  );
}
