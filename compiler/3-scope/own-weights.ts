import type { Fragment } from "../2-elaborate/model.ts";
import type { Module, OwnedWeight, Owner } from "./scoped-model.ts";

/** Every unit and head that has weights, in program order: a module's units, then its head. */
export function ownWeights(modules: readonly Module[]): Owner[] {
  return modules
    .flatMap((module): Owner[] => [
      ...module.units.map(({ address, fragment }) => ({
        name: address,
        kind: "unit" as const,
        module: module.index,
        inference: true,
        weights: weightsOf(address, fragment),
      })),
      ...headOwner(module, modules.length),
    ])
    .filter(({ weights }) => weights.length > 0);
}

function headOwner({ index, head }: Module, count: number): Owner[] {
  if (head === undefined) return [];
  const name = `head[${index}]`;
  return [{ name, kind: "head", module: index, inference: index === count, weights: weightsOf(name, head.fragment) }];
}

function weightsOf(owner: string, fragment: Fragment): OwnedWeight[] {
  return fragment.nodes.flatMap(({ weights }) =>
    weights.map(({ address, specification }) => ({ address: `${owner}.${address}`, specification })),
  );
}
