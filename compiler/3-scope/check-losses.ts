import type { Fragment, FragmentLoss, Model } from "../2-elaborate/model.ts";
import { isTrained, wholeAddress } from "../2-elaborate/weight-address.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { assignedHere } from "./assigned-here.ts";
import { checkOrder } from "./check-order.ts";
import type { Module, Owner, ScopedLoss } from "./scoped-model.ts";
import { selectHead } from "./select-head.ts";

/** Losses that reach too far or train nothing, and weights that nothing trains. */
export function checkLosses(
  model: Model,
  modules: readonly Module[],
  losses: readonly ScopedLoss[],
  owners: readonly Owner[],
): Diagnostic[] {
  const placed = modules.flatMap(({ head }) => head?.fragment.losses ?? []);
  return [
    ...losses.flatMap((loss, position) => checkLoss(loss, placed[position] as FragmentLoss, model, modules)),
    ...checkOrder(
      model,
      modules,
      losses.map((loss, position) => ({ ...loss, placed: placed[position] as FragmentLoss })),
      owners,
    ),
    // A module whose loss trains nothing is said once.
    ...findUntrained(
      model,
      modules,
      losses,
      owners.filter((owner) => !losses.some((loss) => loss.module === owner.module && loss.trains.length === 0)),
    ),
  ];
}

function checkLoss(
  loss: ScopedLoss,
  { place, name, reach }: FragmentLoss,
  model: Model,
  modules: readonly Module[],
): Diagnostic[] {
  const { module } = loss;
  const related = assignedHere(model, place, module, modules.length);
  const before = (modules[module - 1]?.units[0]?.index ?? 1) - 1;
  if (reach.modules > module || reach.units > before) {
    const inUnits = reach.units > 0;
    const depth = inUnits ? amount(reach.units, "unit") : amount(reach.modules, "module");
    const farthest = inUnits
      ? `${before}: \`reach min(${reach.units}, module.units[1].index - 1) units\``
      : `${module}: \`reach min(${reach.modules}, module.index)\``;
    const help = `the most is ${farthest} goes as far as there is; or give module ${module} another head, or \`off\``;
    return [diagnose("reach-too-far", { name, depth, module }, { place, related, help })];
  }
  if (loss.trains.length > 0) return [];
  const help = "it depends on no weight of its module or head; check for `detach` and constant inputs";
  return [diagnose("loss-trains-nothing", { name: loss.name }, { place, related, help })];
}

function amount(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** Units and heads no loss trains, unless their module's head was put `off`. One warning per owner. */
function findUntrained(
  model: Model,
  modules: readonly Module[],
  losses: readonly ScopedLoss[],
  owners: readonly Owner[],
): Diagnostic[] {
  const trained = new Set(losses.flatMap(({ trains }) => trains));
  const keptAsDrawn = findKeptAsDrawn(modules);
  return owners.flatMap((owner) => {
    const own = owner.weights.filter((weight) => isTrained(weight) && !keptAsDrawn.has(weight.address));
    const untrained = own.filter(({ address }) => !trained.has(address));
    const module = modules[owner.module - 1];
    if (untrained.length === 0 || module?.head === undefined) return [];
    const assigned = selectHead(model, module.index, modules.length)?.place;
    const place = module.units.find(({ address }) => address === owner.name)?.place ?? assigned ?? model.place;
    const what =
      untrained.length === own.length
        ? `\`${owner.name}\``
        : untrained
            .map(({ address }) => `\`${address}\``)
            .slice(0, 3)
            .join(", ");
    return [
      diagnose("untrained-weights", { what }, { place, help: "no loss depends on it: use its result, or remove it" }),
    ];
  });
}

/** Shared parameters that every use detaches stay as they were drawn because their author wants so: the dictionary of DCL-S. */
function findKeptAsDrawn(modules: readonly Module[]): ReadonlySet<string> {
  const kept = new Set<string>();
  const used = new Set<string>();
  for (const { head, context } of modules) {
    for (const fragment of [head?.fragment, context]) {
      for (const [position, node] of fragment?.nodes.entries() ?? []) {
        for (const weight of node.weights) {
          if (weight.binding?.kind !== "shared") continue;
          const address = wholeAddress("", weight);
          if (!isDetached(position, fragment as Fragment)) used.add(address);
          kept.add(address);
        }
      }
    }
  }
  for (const address of used) kept.delete(address);
  return kept;
}

function isDetached(position: number, { inputs, nodes, output }: Fragment): boolean {
  const edge = inputs.length + position;
  return output !== edge && nodes.every((next) => !next.inputs.includes(edge) || next.operation === "detach");
}
