import { printShape } from "../../runtime/program/tensor-type.ts";
import type { Fragment, FragmentNode, FragmentWeight, Model } from "../2-elaborate/model.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Module } from "./scoped-model.ts";

/** A shared parameter is one variable: every use must mean the same. Reports the first use of a name that differs. */
export function checkShared(model: Model, modules: readonly Module[]): Diagnostic[] {
  const first = new Map<string, Use>();
  const reported = new Set<string>();
  const fragments = modules.flatMap(({ context, units, head }): Fragment[] => [
    ...(context === undefined ? [] : [context]),
    ...units.map(({ fragment }) => fragment),
    ...(head === undefined ? [] : [head.fragment]),
  ]);
  return fragments.flatMap(usesIn).flatMap((use) => {
    const known = first.get(use.name);
    first.set(use.name, known ?? use);
    const difference = known === undefined ? undefined : differenceOf(known, use);
    if (known === undefined || difference === undefined || reported.has(use.name)) return [];
    reported.add(use.name);
    const related = samePlace(known.node, use.node) ? [] : [{ place: known.node.place, text: difference[0] }];
    const facts = { name: use.name, first: difference[0], second: difference[1] };
    const help = "a shared parameter is one for all its uses in the model: give the other one another name";
    return [diagnose("shared-differs", facts, { place: use.node.place ?? model.place, related, help })];
  });
}

interface Use {
  readonly name: string;
  readonly weight: FragmentWeight;
  readonly node: FragmentNode;
}

function usesIn({ nodes }: Fragment): Use[] {
  const uses: Use[] = [];
  for (const node of nodes) {
    for (const weight of node.weights) {
      if (weight.binding?.kind === "shared") uses.push({ name: weight.binding.name, weight, node });
    }
  }
  return uses;
}

/** What each of two uses says where they differ. */
function differenceOf(first: Use, second: Use): readonly [string, string] | undefined {
  const both = [first, second] as const;
  const shapes = both.map(({ weight }) => printShape(weight.specification.shape));
  const starts = both.map(({ weight }) => `initialised with ${JSON.stringify(weight.specification.initializer)}`);
  const updates = both.map(({ weight }) =>
    weight.binding?.kind === "shared" ? `updated with "${weight.binding.update}"` : "",
  );
  const differing = [shapes, updates, starts].find(([one, other]) => one !== other);
  return differing === undefined ? undefined : [differing[0] as string, differing[1] as string];
}

function samePlace(a: FragmentNode, b: FragmentNode): boolean {
  return a.place.file === b.place.file && a.place.start === b.place.start;
}
