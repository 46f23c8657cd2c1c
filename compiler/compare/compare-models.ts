import type { StepProgram } from "../../runtime/program/step-program.ts";
import type { ScopedModel } from "../3-scope/scoped-model.ts";
import { summarize } from "../summary/summarize.ts";
import { compareCheckpoints } from "./compare-checkpoints.ts";
import { compareContext, compareHeads, compareLosses, compareReadout } from "./compare-heads.ts";
import { compareNetworks } from "./compare-networks.ts";
import { compareRecipes } from "./compare-recipes.ts";
import { compareSplits } from "./compare-splits.ts";
import type { Change, ComparedModel, Comparison, Part } from "./comparison.ts";

/** A compiled model. */
export interface Compiled {
  readonly scoped: ScopedModel;
  readonly program: StepProgram;
}

/** What has to change in `before` to make `after` of it. */
export function compareModels(before: Compiled, after: Compiled): Comparison {
  const [from, to] = [before.scoped, after.scoped];
  const part = (name: Part, texts: readonly string[]): readonly Change[] => texts.map((text) => ({ part: name, text }));
  const changes = [
    ...part("network", compareNetworks(from.model, to.model)),
    ...part("split", compareSplits(from, to)),
    ...part("heads", compareHeads(from, to)),
    ...part("losses", compareLosses(from, to)),
    ...part("context", compareContext(from, to)),
    ...part("readout", compareReadout(from.model, to.model)),
    ...part("recipe", compareRecipes(from.model.recipe, to.model.recipe)),
  ];
  const checkpoint = compareCheckpoints(before.program, after.program);
  return {
    same: changes.length === 0 && checkpoint.loads,
    before: describe(before),
    after: describe(after),
    changes,
    checkpoint,
  };
}

function describe({ scoped, program }: Compiled): ComparedModel {
  const { modules, parameters, peakBytes, batch } = summarize(scoped, program);
  return {
    name: scoped.model.name,
    modules: modules.map((module) => ({
      index: module.index,
      units: module.units.length,
      parameters: module.parameters,
      headParameters: module.heads.reduce((sum, head) => sum + head.parameters, 0),
      savedBytesPerSample: module.savedBytesPerSample,
    })),
    trainingParameters: parameters.training,
    inferenceParameters: parameters.inference,
    peakBytes,
    batch,
  };
}
