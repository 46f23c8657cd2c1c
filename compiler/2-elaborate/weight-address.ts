import type { FragmentWeight } from "./model.ts";

/** The whole address of a weight: shared ones stand by themselves, tied ones in their unit, all others where they are used. */
export function wholeAddress(owner: string, { address, binding }: FragmentWeight): string {
  if (binding?.kind === "tied") return binding.of;
  return binding?.kind === "shared" ? `shared.${binding.name}` : `${owner}.${address}`;
}

/** Whether losses train it: statistics, averages and frozen weights are not. */
export function isTrained({ specification, binding }: FragmentWeight): boolean {
  if (binding?.kind === "tied") return binding.isTrained;
  return specification.group !== "statistic" && binding?.kind !== "average" && binding?.kind !== "frozen";
}
