import { printShape } from "../../runtime/program/tensor-type.ts";
import type { Fragment, FragmentNode, FragmentWeight, Model } from "../2-elaborate/model.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic, Label } from "../diagnostics/diagnostic.ts";
import type { Module } from "./scoped-model.ts";
import { selectHead } from "./select-head.ts";

/** A shared parameter is one variable: every use must mean the same. Reports the first use of a name that differs. */
export function checkShared(model: Model, modules: readonly Module[]): Diagnostic[] {
  const first = new Map<string, Use>();
  const reported = new Set<string>();
  return modules.flatMap(usesIn).flatMap((use) => {
    const known = first.get(use.name);
    first.set(use.name, known ?? use);
    const difference = known === undefined ? undefined : differenceOf(known, use);
    if (known === undefined || difference === undefined || reported.has(use.name)) return [];
    reported.add(use.name);
    const related = samePlace(known.node, use.node)
      ? givenBy(model, modules.length, known, use, difference)
      : [{ place: known.node.place, text: difference[0] }];
    const facts = { name: use.name, first: difference[0], second: difference[1] };
    const help = "a shared parameter is one for all its uses in the model: give the other one another name";
    return [diagnose("shared-differs", facts, { place: use.node.place ?? model.place, related, help })];
  });
}

interface Use {
  readonly module: number;
  readonly name: string;
  readonly weight: FragmentWeight;
  readonly node: FragmentNode;
}

function usesIn({ index, context, units, head }: Module): Use[] {
  const fragments: (Fragment | undefined)[] = [context, ...units.map(({ fragment }) => fragment), head?.fragment];
  const uses: Use[] = [];
  for (const node of fragments.flatMap((fragment) => fragment?.nodes ?? [])) {
    for (const weight of node.weights) {
      if (weight.binding?.kind === "shared") uses.push({ module: index, name: weight.binding.name, weight, node });
    }
  }
  return uses;
}

/** The two lines of `heads` whose arguments make one text mean two things; none where it is one line. */
function givenBy(model: Model, count: number, first: Use, second: Use, texts: readonly [string, string]): Label[] {
  const [one, other] = [first, second].map(({ module }) => selectHead(model, module, count)?.place);
  if (one === undefined || other === undefined || (one.file === other.file && one.start === other.start)) return [];
  return [
    { place: one, text: texts[0] },
    { place: other, text: texts[1] },
  ];
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
