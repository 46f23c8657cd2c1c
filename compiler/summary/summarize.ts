/** What a model costs, per module and in all: the numbers behind `llnet summary`. */
import { planMemory } from "../../runtime/program/plan.ts";
import type { StepProgram } from "../../runtime/program/step-program.ts";
import type { ModuleSummary, Summary } from "./summary.ts";
import type { Module, ScopedModel } from "../3-scope/scoped-model.ts";
import { costModules } from "../3-scope/costs.ts";
import { oncePerStructure } from "../3-scope/structure.ts";
import type { Fragment } from "../2-elaborate/model.ts";
import { countMacs, countParameters } from "../3-scope/measure-fragment.ts";

/** `batch` defaults to the recipe's. */
export function summarize(scoped: ScopedModel, program: StepProgram, batch = program.recipe.batch): Summary {
  const { model } = scoped;
  const macsOf = oncePerStructure((fragment) => countMacs(fragment, fragment.output === undefined ? [] : [fragment.output]));
  const memory = costModules(model, "memory");
  const count = scoped.modules.length;
  const modules = scoped.modules.map((module): ModuleSummary => {
    const first = module.units[0]?.index ?? 1;
    const saved = memory.module(module.index, count, first, first + module.units.length - 1);
    return { ...summarizeModule(module, module.index === count, macsOf), savedBytesPerSample: saved / model.recipe.batch };
  });
  const total = (part: (module: ModuleSummary) => number): number =>
    modules.reduce((sum, module) => sum + part(module), 0);
  const backbone = total(({ parameters }) => parameters);
  const heads = total(({ heads: all }) => all.reduce((sum, head) => sum + head.parameters, 0));
  return {
    model: model.name,
    backbone: model.backbone.name,
    batch,
    modules,
    parameters: { backbone, heads, context: 0, inference: backbone, training: backbone + heads },
    macs: {
      backbone: total(({ macs }) => macs),
      heads: total(({ heads: all }) => all.reduce((sum, head) => sum + head.macs, 0)),
      context: 0,
    },
    peakBytes: planMemory(program.procedures.train, batch).peakBytes,
  };
}

function summarizeModule(
  module: Module,
  isLast: boolean,
  macsOf: (fragment: Fragment) => number,
): Omit<ModuleSummary, "savedBytesPerSample"> {
  const units = module.units.map(({ fragment }) => ({
    parameters: countParameters(fragment),
    macs: macsOf(fragment),
  }));
  const { head } = module;
  const { losses = [], output } = head?.fragment ?? {};
  // The readout keeps only what its prediction needs; a local head is counted with all its losses.
  const wanted = isLast && output !== undefined ? [output] : losses.map(({ value }) => value);
  const own = head && {
    name: head.name,
    title: head.title,
    parameters: countParameters(head.fragment),
    macs: countMacs(head.fragment, wanted),
  };
  const readout = isLast ? own : undefined;
  return {
    index: module.index,
    units: module.units.map(({ address }) => address),
    parameters: units.reduce((sum, unit) => sum + unit.parameters, 0) + (readout?.parameters ?? 0),
    macs: units.reduce((sum, unit) => sum + unit.macs, 0) + (readout?.macs ?? 0),
    ...(readout !== undefined && { readout }),
    heads: own === undefined || isLast ? [] : [own],
    context: { parameters: 0, macs: 0 },
  };
}
