import type { Fragment, Source } from "../2-elaborate/model.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Module } from "./scoped-model.ts";

/** Edges that would carry a gradient over a cut: each must be written `detach(…)`. */
export function checkEdges(modules: readonly Module[]): Diagnostic[] {
  return modules.flatMap((module) => {
    const first = module.units[0]?.index ?? 1;
    const fragments = [...module.units.map(({ fragment }) => fragment), ...(module.head ? [module.head.fragment] : [])];
    return fragments.flatMap((fragment) => crossingEdges(fragment, first, modules, module));
  });
}

function crossingEdges(
  fragment: Fragment,
  firstUnit: number,
  modules: readonly Module[],
  module: Module,
): Diagnostic[] {
  return fragment.inputs.flatMap(({ source, place }, edge) => {
    const unit = unitOf(source);
    if (unit === undefined || unit >= firstUnit) return [];
    const users = fragment.nodes.filter(({ inputs }) => inputs.includes(edge));
    if (users.every(({ operation }) => operation === "detach") && fragment.output !== edge) return [];
    const from = modules.find(({ units }) => units.some(({ index }) => index === unit));
    const origin = from?.units.find(({ index }) => index === unit);
    return [
      diagnose(
        "edge-crosses-cut",
        { unit: origin?.address ?? "", from: from?.index ?? 0, to: module.index },
        {
          place,
          related:
            origin === undefined
              ? []
              : [{ place: origin.place, text: `\`${origin.address}\` belongs to module ${from?.index}` }],
          help: `write \`detach(${origin?.address})\` to use its values without training it, or move the cut`,
        },
      ),
    ];
  });
}

function unitOf(source: Source): number | undefined {
  return source.kind === "unit" || source.kind === "tap" ? source.unit : undefined;
}
