import { trialId } from "./trial-identity.ts";
import type { DataIdentity, Study, StudyPlan, Trial, TrialOwner, Variant } from "./types.ts";

/**
 * The trials some studies need: one per program, data and seed, in the order of the studies, each with all the variants that
 * ask for it. `dataOf` says what a variant trains on.
 */
export function makePlan(
  file: string,
  studies: readonly Study[],
  dataOf: (variant: Variant, study: Study) => DataIdentity,
): StudyPlan {
  const trials = new Map<string, { trial: Trial; askedBy: TrialOwner[] }>();
  for (const study of studies) {
    for (const variant of study.variants) {
      for (const seed of study.seeds.length > 0 ? study.seeds : [variant.summary.seed]) {
        const data = dataOf(variant, study);
        const id = trialId(variant.programHash, data, seed);
        const owner = { study: study.name, variant: variant.name };
        const known = trials.get(id);
        if (known !== undefined) known.askedBy.push(owner);
        else trials.set(id, { trial: trialOf(id, study, variant, data, seed), askedBy: [owner] });
      }
    }
  }
  return {
    format: "llnet-study-plan",
    version: 1,
    file,
    studies,
    trials: [...trials.values()].map(({ trial, askedBy }) => ({ ...trial, askedBy })),
  };
}

function trialOf(id: string, study: Study, variant: Variant, data: DataIdentity, seed: number): Trial {
  const { programHash, stepHash, summary, overrides } = variant;
  const settings = Object.entries(overrides).flatMap(([path, value]) => ["--set", `${path}=${value}`]);
  const words = ["train", study.file, "--model", study.model, ...settings];
  return {
    id,
    programHash,
    stepHash,
    data,
    seed,
    askedBy: [],
    summary,
    arguments: [...words, "--seed", String(seed), "--data", data.specification],
  };
}
