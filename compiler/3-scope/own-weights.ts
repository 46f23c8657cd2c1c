import type { Fragment, Readout } from "../2-elaborate/model.ts";
import { wholeAddress } from "../2-elaborate/weight-address.ts";
import type { Module, OwnedWeight, Owner } from "./scoped-model.ts";

/** Every context, unit and head that has weights of its own, in program order, then the shared ones. */
export function ownWeights(modules: readonly Module[], readout: Readout): Owner[] {
  const parts = modules.flatMap((module): Part[] => [
    ...(module.context === undefined ? [] : [contextPart(module, module.context)]),
    ...module.units.map(({ address, fragment }) => ({
      owner: { name: address, kind: "unit" as const, module: module.index, inference: isInferred(module, readout) },
      fragment,
    })),
    ...headPart(module, modules.length, readout),
  ]);
  const owners = parts.map(({ owner, fragment }): Owner => ({ ...owner, weights: ownWeightsOf(owner.name, fragment) }));
  return [...owners, ...sharedOwners(parts)].filter(({ weights }) => weights.length > 0);
}

interface Part {
  readonly owner: Omit<Owner, "weights">;
  readonly fragment: Fragment;
}

function contextPart(module: Module, fragment: Fragment): Part {
  return {
    owner: { name: `context[${module.index}]`, kind: "context", module: module.index, inference: true },
    fragment,
  };
}

/** Units after an early exit are trained and not needed for inference. */
function isInferred(module: Module, readout: Readout): boolean {
  return readout.kind !== "exit" || module.index <= readout.module;
}

function headPart({ index, head }: Module, count: number, readout: Readout): Part[] {
  if (head === undefined) return [];
  const owner = {
    name: `head[${index}]`,
    kind: "head" as const,
    module: index,
    inference: isReadout(index, count, readout),
  };
  return [{ owner, fragment: head.fragment }];
}

/** Whether inference reads the head of module `index` of `count`. */
export function isReadout(index: number, count: number, readout: Readout): boolean {
  if (readout.kind === "ensemble") return true;
  return index === (readout.kind === "exit" ? readout.module : count);
}

function ownWeightsOf(owner: string, fragment: Fragment): OwnedWeight[] {
  return fragment.nodes.flatMap(({ weights }) =>
    weights
      .filter(({ binding }) => binding?.kind !== "shared" && binding?.kind !== "tied")
      .map((weight) => ({
        address: wholeAddress(owner, weight),
        specification: weight.specification,
        ...(weight.binding !== undefined && { binding: weight.binding }),
      })),
  );
}

/** One owner per shared weight; it stands in the first module that uses it. */
function sharedOwners(parts: readonly Part[]): Owner[] {
  const owners = new Map<string, Owner>();
  for (const { owner, fragment } of parts) {
    for (const { weights } of fragment.nodes) {
      for (const weight of weights) {
        if (weight.binding?.kind !== "shared") continue;
        const address = wholeAddress(owner.name, weight);
        const known = owners.get(address);
        owners.set(address, {
          name: address,
          kind: "shared",
          module: known?.module ?? owner.module,
          inference: (known?.inference ?? false) || owner.inference,
          weights: [{ address, specification: weight.specification, binding: weight.binding }],
        });
      }
    }
  }
  return [...owners.values()];
}
