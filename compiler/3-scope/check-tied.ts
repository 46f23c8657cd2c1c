import type { Edge, Fragment, FragmentNode, Model } from "../2-elaborate/model.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { assignedHere } from "./assigned-here.ts";
import type { Module, ScopedLoss } from "./scoped-model.ts";

/**
 * Losses that use, by `tied`, weights of units they do not reach. Those weights may have moved already in this step, so their
 * values would depend on the order of updates; and the loss could not train them.
 */
export function checkTied(model: Model, modules: readonly Module[], losses: readonly ScopedLoss[]): Diagnostic[] {
  return modules.filter(usesUnits).flatMap((module) => {
    const reported = new Set<FragmentNode>();
    const own = losses.filter((loss) => loss.module === module.index);
    return (module.head?.fragment.losses ?? []).flatMap((loss, position) => {
      const { head, context } = module;
      const used = [
        ...neededBy(loss.value, head?.fragment as Fragment),
        ...(context?.output === undefined ? [] : neededBy(context.output, context)),
      ];
      const first = own[position]?.firstUnit ?? 1;
      return used.flatMap((node) => {
        const unit = tiedUnit(node);
        if (unit === undefined || unit >= first || reported.has(node)) return [];
        for (const other of used) if (tiedUnit(other) === unit) reported.add(other);
        return [outside(loss.name, module, model, modules, unit, node)];
      });
    });
  });
}

/** Nearly no model has any: then there is nothing to follow. */
function usesUnits({ head, context }: Module): boolean {
  return [head?.fragment, context].some((fragment) => fragment?.nodes.some((node) => tiedUnit(node) !== undefined));
}

function outside(
  name: string,
  { index }: Module,
  model: Model,
  modules: readonly Module[],
  unit: number,
  { place }: FragmentNode,
): Diagnostic {
  const address = modules.flatMap(({ units }) => units).find((each) => each.index === unit)?.address ?? "";
  const help =
    "take what an earlier head computed by `module.previous.head_tap(…)`, let the loss `reach` it, or `clone` it";
  const related = assignedHere(model, place, index, modules.length);
  return diagnose("tied-outside-scope", { name, module: index, unit: address }, { place, related, help });
}

/** The 1-based unit whose weights a node uses; undefined where they are not a unit's. */
function tiedUnit({ weights }: FragmentNode): number | undefined {
  for (const { binding } of weights) if (binding?.kind === "tied") return binding.unit;
  return undefined;
}

/** The nodes an edge depends on, behind gradient stops too: their values are needed. */
function neededBy(edge: Edge, { inputs, nodes }: Fragment): FragmentNode[] {
  const needed = new Set([edge]);
  for (let position = nodes.length - 1; position >= 0; position--) {
    if (!needed.has(inputs.length + position)) continue;
    for (const input of nodes[position]?.inputs ?? []) needed.add(input);
  }
  return nodes.filter((_, position) => needed.has(inputs.length + position));
}
