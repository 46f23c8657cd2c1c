/** What a model costs, per module and in all: the numbers behind `llnet summary`. */
import { stepPeakBytes } from "../../runtime/program/plan.ts";
import type { StepProgram } from "../../runtime/program/step-program.ts";
import { elementsAt } from "../../runtime/program/tensor-type.ts";
import type { Edge, Fragment } from "../2-elaborate/model.ts";
import { savedByModule } from "../3-scope/costs.ts";
import { countMacs, countParameters } from "../3-scope/measure-fragment.ts";
import { isReadout } from "../3-scope/own-weights.ts";
import type { Module, Owner, ScopedModel } from "../3-scope/scoped-model.ts";
import { oncePerStructure } from "../3-scope/structure.ts";
import type { Cost, HeadSummary, ModuleSummary, Summary } from "./summary.ts";

/** `batch` defaults to the recipe's. */
export function summarize(scoped: ScopedModel, program: StepProgram, batch = program.recipe.batch): Summary {
  const { model } = scoped;
  const saved = savedByModule(model, scoped.modules);
  const costOf = oncePerStructure(
    (fragment): Cost => ({ parameters: countParameters(fragment), macs: countMacs(fragment, outputOf(fragment)) }),
  );
  const modules = scoped.modules.map(
    (module, position): ModuleSummary => ({
      ...summarizeModule(module, isReadout(module.index, scoped.modules.length, model.readout), costOf),
      savedBytesPerSample: (saved[position] as number) / model.recipe.batch,
    }),
  );
  const backbone = total(modules);
  const heads = total(modules.flatMap((module) => module.heads));
  const context = total(modules.map((module) => module.context));
  const shared = scoped.owners.filter(({ kind }) => kind === "shared");
  const inference = backbone.parameters + context.parameters + countOwned(shared.filter((owner) => owner.inference));
  return {
    model: model.name,
    backbone: model.backbone.name,
    batch,
    modules,
    parameters: {
      backbone: backbone.parameters,
      heads: heads.parameters,
      context: context.parameters,
      shared: countOwned(shared),
      averages: countAverages(scoped.owners),
      inference,
      training: backbone.parameters + heads.parameters + context.parameters + countOwned(shared),
    },
    macs: { backbone: backbone.macs, heads: heads.macs, context: context.macs },
    peakBytes: stepPeakBytes(program, batch),
  };
}

function summarizeModule(
  { index, units, head, context }: Module,
  isRead: boolean,
  costOf: (fragment: Fragment) => Cost,
): Omit<ModuleSummary, "savedBytesPerSample"> {
  const own = head && summarizeHead(head.name, head.title, head.fragment, isRead);
  const parts = total([
    ...units.map(({ fragment }) => costOf(fragment)),
    ...(own !== undefined && isRead ? [own] : []),
  ]);
  return {
    index,
    units: units.map(({ address }) => address),
    ...parts,
    ...(own !== undefined && isRead && { readout: own }),
    heads: own === undefined || isRead ? [] : [own],
    context: context === undefined ? { parameters: 0, macs: 0 } : costOf(context),
  };
}

/** A head that inference reads costs what its prediction needs; one for training alone, what all its losses need. */
function summarizeHead(name: string, title: string, fragment: Fragment, isRead: boolean): HeadSummary {
  const wanted = isRead ? outputOf(fragment) : fragment.losses.map(({ value }) => value);
  return { name, title, parameters: countParameters(fragment), macs: countMacs(fragment, wanted) };
}

function outputOf({ output }: Fragment): Edge[] {
  return output === undefined ? [] : [output];
}

function total(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (sum, { parameters, macs }) => ({ parameters: sum.parameters + parameters, macs: sum.macs + macs }),
    {
      parameters: 0,
      macs: 0,
    },
  );
}

function countOwned(owners: readonly Owner[]): number {
  return countScalars(owners.flatMap(({ weights }) => weights));
}

function countAverages(owners: readonly Owner[]): number {
  return countScalars(owners.flatMap(({ weights }) => weights).filter(({ binding }) => binding?.kind === "average"));
}

function countScalars(weights: Owner["weights"]): number {
  return weights.reduce((sum, { specification }) => sum + elementsAt(specification.shape, 1), 0);
}
