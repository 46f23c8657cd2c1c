/** What an order of work or of updates leaves without a meaning. */
import type { Place } from "../../grammar/span.ts";
import type { Fragment, FragmentLoss, FragmentNode, Model } from "../2-elaborate/model.ts";
import { wholeAddress } from "../2-elaborate/weight-address.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { assignedHere } from "./assigned-here.ts";
import type { Module, Owner, ScopedLoss } from "./scoped-model.ts";

/** A loss and where it is written. */
type PlacedLoss = ScopedLoss & { readonly placed: FragmentLoss };

export function checkOrder(
  model: Model,
  modules: readonly Module[],
  losses: readonly PlacedLoss[],
  owners: readonly Owner[],
): Diagnostic[] {
  const { order, update } = model.recipe;
  return [
    ...(model.perModule === undefined ? [] : checkOptimizers(model, model.perModule, modules, losses, owners)),
    ...(update === "immediate" ? checkImmediate(model, modules, losses) : []),
    ...(order === "sequential"
      ? [
          ...checkReach(model, modules, losses),
          ...checkShared(model, modules, losses),
          ...checkAverages(model, modules, owners),
        ]
      : []),
  ];
}

/**
 * Where every loss stays in its module, updating a weight as soon as its gradient is complete and at the end are the same
 * numbers. Where scopes overlap, the earlier one would move weights that the later one has run forward with already: what
 * the later one computed with old activations and new weights would be the gradient of nothing.
 */
function checkImmediate(model: Model, modules: readonly Module[], losses: readonly PlacedLoss[]): Diagnostic[] {
  const reaching = losses.find(reachesFurther);
  if (reaching === undefined) return [];
  const { module, placed } = reaching;
  const help = "leave `update` out: gradients of overlapping scopes add up, then one update";
  const related = assignedHere(model, placed.place, module, modules.length);
  return [diagnose("immediate-overlap", { name: placed.name, module }, { place: placed.place, related, help })];
}

/**
 * With an optimizer per module, a weight that losses of two modules train needs two optimizers: one gradient cannot be shared out
 * between them. A shared parameter that is updated by each module has them (DCL, released code).
 */
function checkOptimizers(
  model: Model,
  perModule: Place,
  modules: readonly Module[],
  losses: readonly PlacedLoss[],
  owners: readonly Owner[],
): Diagnostic[] {
  const weights = owners.flatMap((owner) => owner.weights);
  const found = weights.flatMap(({ address, binding }) => {
    const training = losses.filter(({ trains }) => trains.includes(address));
    const [first, second] = [...new Set(training.map(({ module }) => module))];
    if (first === undefined || second === undefined) return [];
    if (binding?.kind === "shared" && binding.update === "each") return [];
    const shared = usesIn(modules).find(
      ({ weight }) => binding?.kind === "shared" && wholeAddress("", weight) === address,
    );
    const place = shared?.node.place ?? (training.find(reachesFurther) ?? training[0])?.placed.place;
    return place === undefined
      ? []
      : [{ place, facts: { name: address, first, second }, isShared: shared !== undefined }];
  });
  // Once per place: a loss that reaches a module reaches many weights.
  const places = new Map(found.map((each) => [`${each.place.file} ${each.place.start}`, each]));
  return [...places.values()].map(({ place, facts, isShared }) => {
    const related = [
      { place: perModule, text: "one optimizer per module" },
      ...assignedHere(model, place, facts.second, modules.length),
    ];
    const help = isShared ? 'write `update = "each"`, or leave `per` out' : "leave `per` out, or the loss's `reach`";
    return diagnose("two-optimizers", facts, { place, related, help });
  });
}

/** Modules before the one in training are finished. */
function checkReach(model: Model, modules: readonly Module[], losses: readonly PlacedLoss[]): Diagnostic[] {
  return losses.filter(reachesFurther).map(({ module, placed }) => {
    const help = "leave its `reach` out, or train with `order: simultaneous`";
    const related = assignedHere(model, placed.place, module, modules.length);
    return diagnose("sequential-reach", { name: placed.name, module }, { place: placed.place, related, help });
  });
}

function reachesFurther({ module, placed: { reach } }: PlacedLoss): boolean {
  return module > 1 && (reach.modules > 1 || reach.units > 0);
}

/** A parameter that several modules train would move what finished modules have learned. */
function checkShared(model: Model, modules: readonly Module[], losses: readonly ScopedLoss[]): Diagnostic[] {
  const reported = new Set<string>();
  return usesIn(modules).flatMap(({ module, node, weight }) => {
    if (weight.binding?.kind !== "shared" || reported.has(weight.binding.name)) return [];
    const address = wholeAddress("", weight);
    const training = [...new Set(losses.filter(({ trains }) => trains.includes(address)).map((loss) => loss.module))];
    if (training.length < 2 || module.index !== training[1]) return [];
    reported.add(weight.binding.name);
    const facts = { name: weight.binding.name, first: training[0] ?? 1, second: training[1] ?? 1 };
    const help = "give every module a parameter of its own, or train with `order: simultaneous`";
    const related = assignedHere(model, node.place, module.index, modules.length);
    return [diagnose("sequential-shared", facts, { place: node.place, related, help })];
  });
}

/** What follows a later module follows weights that have not been trained. */
function checkAverages(model: Model, modules: readonly Module[], owners: readonly Owner[]): Diagnostic[] {
  const homes = new Map(owners.flatMap(({ module, weights }) => weights.map(({ address }) => [address, module])));
  const reported = new Set<number>();
  return usesIn(modules).flatMap(({ module, node, weight }) => {
    const later = weight.binding?.kind === "average" ? (homes.get(weight.binding.of) ?? 0) : 0;
    if (later <= module.index || reported.has(module.index)) return [];
    reported.add(module.index);
    const help = "use a `clone`, which has weights of its own, or train with `order: simultaneous`";
    const related = assignedHere(model, node.place, module.index, modules.length);
    return [diagnose("sequential-average", { module: module.index, later }, { place: node.place, related, help })];
  });
}

interface Use {
  readonly module: Module;
  readonly node: FragmentNode;
  readonly weight: FragmentNode["weights"][number];
}

function usesIn(modules: readonly Module[]): Use[] {
  const fragmentsOf = ({ context, units, head }: Module): Fragment[] => [
    ...(context === undefined ? [] : [context]),
    ...units.map(({ fragment }) => fragment),
    ...(head === undefined ? [] : [head.fragment]),
  ];
  return modules.flatMap((module) =>
    fragmentsOf(module).flatMap(({ nodes }) =>
      nodes.flatMap((node) => node.weights.map((weight) => ({ module, node, weight }))),
    ),
  );
}
