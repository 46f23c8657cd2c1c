import { printWeight } from "../../../runtime/program/loss-weight.ts";
import { planMemory } from "../../../runtime/program/plan.ts";
import type { StepProgram } from "../../../runtime/program/step-program.ts";
import type { Reach } from "../../2-elaborate/model.ts";
import type { Module, OwnedWeight, Owner, ScopedModel } from "../../3-scope/scoped-model.ts";
import { createLaneDrawer } from "./draw-lane.ts";
import { laneMemory } from "./lane-memory.ts";
import { markOf } from "./marks.ts";
import type { Cut, Loss, Picture, Rail, SharedPart } from "./picture.ts";
import { readableShape, scalarsOf, shortenFractions } from "./readable-numbers.ts";

/** What there is to draw of a model; who trains whom is read off the isolation matrix. */
export function drawPicture(scoped: ScopedModel, program: StepProgram): Picture {
  const { model, modules } = scoped;
  const losses = drawLosses(scoped);
  const memory = laneMemory(scoped, program);
  const drawer = createLaneDrawer(scoped, losses);
  const lanes = modules.map((module, position) => drawer.lane(module, memory[position] as (typeof memory)[number]));
  const shared = drawShared(scoped, losses);
  const lasting = sum(lanes.map(({ parameters }) => parameters));
  const inHeads = sum(lanes.map(({ headParameters }) => headParameters));
  return {
    name: model.name,
    ...(model.documentation !== undefined && { documentation: model.documentation }),
    backbone: model.backbone.name,
    input: readableShape([-1, ...model.inputShape]),
    batch: program.recipe.batch,
    peakBytes: planMemory(program.procedures.train, program.recipe.batch).peakBytes,
    inferenceParameters: lasting + countShared(scoped.owners.filter(({ inference }) => inference)),
    trainingParameters: lasting + inHeads + countShared(scoped.owners),
    macs: sum(lanes.map(({ macs }) => macs)),
    readout: readoutWords(scoped),
    lanes,
    cuts: modules.slice(0, -1).map((module): Cut => drawCut(module, losses, scoped)),
    losses,
    rails: modules.flatMap(railsTo),
    shared,
    insides: drawer.insides(),
  };
}

function drawLosses({ losses, isolation }: ScopedModel): Loss[] {
  const seen = new Map<number, number>();
  return losses.map(({ name, module, weight, reach }, position) => {
    const pattern = seen.get(module) ?? 0;
    seen.set(module, pattern + 1);
    return {
      number: position + 1,
      name,
      shortName: name.slice(name.indexOf(".") + 1),
      module,
      weight: shortenFractions(printWeight(weight)),
      reach: reachWords(reach),
      trains: isolation.owners.filter((_, owner) => isolation.reaches[position]?.[owner] === true),
      pattern,
    };
  });
}

function reachWords({ modules, units }: Reach): string {
  if (units > 0) return `reaches ${units} ${units === 1 ? "unit" : "units"} further`;
  return modules > 1 ? `reaches ${modules} modules` : "";
}

function drawCut({ index, units, output }: Module, losses: readonly Loss[], { owners }: ScopedModel): Cut {
  const before = new Set(
    owners.filter(({ module, kind }) => kind !== "shared" && module <= index).map(({ name }) => name),
  );
  return {
    after: units.at(-1)?.address ?? "",
    shape: readableShape(output.shape),
    passedBy: losses
      .filter(({ module, trains }) => module > index && trains.some((owner) => before.has(owner)))
      .map(({ number }) => number),
  };
}

/** Where a context gets its tensors: the model's input and what modules were given, each once. */
function railsTo({ index, context }: Module): Rail[] {
  const from = (context?.inputs ?? []).flatMap(({ source }) => {
    if (source.kind === "input" || source.kind === "pixels") return [0];
    return source.kind === "module_input" ? [source.module ?? index] : [];
  });
  // What the first module was given is the model's input.
  return [...new Set(from.map((module) => (module === 1 ? 0 : module)))].map((module) => ({ to: index, from: module }));
}

function drawShared({ owners, modules }: ScopedModel, losses: readonly Loss[]): SharedPart[] {
  return owners
    .filter(({ kind }) => kind === "shared")
    .map(({ name, weights }) => {
      const [weight] = weights as readonly [OwnedWeight];
      return {
        id: name,
        name: name.replace(/^shared\./, ""),
        shape: readableShape(weight.specification.shape),
        parameters: scalarsOf(weight.specification.shape),
        modules: modules.filter((module) => uses(module, name)).map(({ index }) => index),
        trainedBy: losses.filter(({ trains }) => trains.includes(name)).map(({ number }) => number),
        mark: markOf(weight, "").join(", "),
      };
    });
}

function uses({ units, head, context }: Module, name: string): boolean {
  const fragments = [
    ...units.map(({ fragment }) => fragment),
    ...(head ? [head.fragment] : []),
    ...(context ? [context] : []),
  ];
  return fragments.some(({ nodes }) =>
    nodes.some(({ weights }) =>
      weights.some(({ binding }) => binding?.kind === "shared" && `shared.${binding.name}` === name),
    ),
  );
}

function countShared(owners: readonly Owner[]): number {
  const weights = owners.filter(({ kind }) => kind === "shared").flatMap((owner) => owner.weights);
  return sum(weights.map(({ specification }) => scalarsOf(specification.shape)));
}

function readoutWords({ model: { readout }, modules }: ScopedModel): string {
  if (readout.kind === "ensemble") return "all classifiers together";
  return `the classifier of module ${readout.kind === "exit" ? readout.module : modules.length}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0);
}
