/** What an order of work or of updates leaves without a meaning. */
import type { Fragment, FragmentLoss, FragmentNode, Model } from "../2-elaborate/model.ts";
import { wholeAddress } from "../2-elaborate/weight-address.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Module, Owner, ScopedLoss } from "./scoped-model.ts";

export function checkOrder(
  model: Model,
  modules: readonly Module[],
  losses: readonly (ScopedLoss & { readonly placed: FragmentLoss })[],
  owners: readonly Owner[],
): Diagnostic[] {
  const { order, update } = model.recipe;
  return [
    ...(update === "immediate" ? checkImmediate(losses) : []),
    ...(order === "sequential"
      ? [...checkReach(losses), ...checkShared(modules, losses), ...checkAverages(modules, owners)]
      : []),
  ];
}

/**
 * Where every loss stays in its module, updating a weight as soon as its gradient is complete and at the end are the same
 * numbers. Where scopes overlap, the earlier one would move weights that the later one has run forward with already: what
 * the later one computed with old activations and new weights would be the gradient of nothing.
 */
function checkImmediate(losses: readonly (ScopedLoss & { readonly placed: FragmentLoss })[]): Diagnostic[] {
  const reaching = losses.find(reachesFurther);
  if (reaching === undefined) return [];
  const { module, placed } = reaching;
  const help = "leave `update` out: gradients of overlapping scopes add up, then one update";
  return [diagnose("immediate-overlap", { name: placed.name, module }, { place: placed.place, help })];
}

/** Modules before the one in training are finished. */
function checkReach(losses: readonly (ScopedLoss & { readonly placed: FragmentLoss })[]): Diagnostic[] {
  return losses.filter(reachesFurther).map(({ module, placed }) => {
    const help = "leave its `reach` out, or train with `order: simultaneous`";
    return diagnose("sequential-reach", { name: placed.name, module }, { place: placed.place, help });
  });
}

function reachesFurther({ module, placed: { reach } }: ScopedLoss & { readonly placed: FragmentLoss }): boolean {
  return module > 1 && (reach.modules > 1 || reach.units > 0);
}

/** A parameter that several modules train would move what finished modules have learned. */
function checkShared(modules: readonly Module[], losses: readonly ScopedLoss[]): Diagnostic[] {
  const reported = new Set<string>();
  return usesIn(modules).flatMap(({ module, node, weight }) => {
    if (weight.binding?.kind !== "shared" || reported.has(weight.binding.name)) return [];
    const address = wholeAddress("", weight);
    const training = [...new Set(losses.filter(({ trains }) => trains.includes(address)).map((loss) => loss.module))];
    if (training.length < 2 || module.index !== training[1]) return [];
    reported.add(weight.binding.name);
    const facts = { name: weight.binding.name, first: training[0] ?? 1, second: training[1] ?? 1 };
    const help = "give every module a parameter of its own, or train with `order: simultaneous`";
    return [diagnose("sequential-shared", facts, { place: node.place, help })];
  });
}

/** What follows a later module follows weights that have not been trained. */
function checkAverages(modules: readonly Module[], owners: readonly Owner[]): Diagnostic[] {
  const homes = new Map(owners.flatMap(({ module, weights }) => weights.map(({ address }) => [address, module])));
  const reported = new Set<number>();
  return usesIn(modules).flatMap(({ module, node, weight }) => {
    const later = weight.binding?.kind === "average" ? (homes.get(weight.binding.of) ?? 0) : 0;
    if (later <= module.index || reported.has(module.index)) return [];
    reported.add(module.index);
    const help = "use a `clone`, which has weights of its own, or train with `order: simultaneous`";
    return [diagnose("sequential-average", { module: module.index, later }, { place: node.place, help })];
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
