/** Where a part's weights come from, if they are not simply its own: copies, averages, frozen and shared weights. */
import type { Fragment, FragmentWeight } from "../../2-elaborate/model.ts";

/**
 * Each once: `copy of stage[2].block[1]`, `average of stage[2].block[1], decay 0.995`, `weights of stage[1].block[2]` (tied),
 * `frozen`, `shared dictionary`.
 */
export function marksOf({ nodes }: Fragment): string[] {
  return [...new Set(nodes.flatMap((node) => node.weights.flatMap((weight) => markOf(weight, node.label))))];
}

export function markOf({ specification, binding, address }: FragmentWeight, label: string): string[] {
  if (binding?.kind === "average") {
    return [`average of ${partOf(binding.of, address, label)}, decay ${binding.decay}`];
  }
  if (binding?.kind === "tied") return [`weights of ${partOf(binding.of, address, label)}`];
  if (binding?.kind === "frozen") return ["frozen"];
  if (binding?.kind === "shared") return [`shared ${binding.name}`];
  const { initializer } = specification;
  // Running statistics begin as the unit's even where the weights follow it.
  return initializer.kind === "copy" && specification.group !== "statistic"
    ? [`copy of ${partOf(initializer.of, address, label)}`]
    : [];
}

/** `stage[2].block[1].conv[1].kernel`, used as `clone[1].conv[1].kernel`, is of `stage[2].block[1]`. */
function partOf(of: string, address: string, label: string): string {
  const inner = address.slice(groupOf(label).length);
  return of.endsWith(inner) ? of.slice(0, of.length - inner.length) : of;
}

/** `clone[1]` of `clone[1].conv[2]`: the call a node was made by. */
export function groupOf(label: string): string {
  const dot = label.indexOf(".");
  return dot === -1 ? "" : label.slice(0, dot);
}
