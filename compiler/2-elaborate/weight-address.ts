import type { FragmentWeight } from "./model.ts";

/** The whole address of a weight: shared ones stand by themselves, all others in their unit, head or context. */
export function wholeAddress(owner: string, { address, binding }: FragmentWeight): string {
  return binding?.kind === "shared" ? `shared.${binding.name}` : `${owner}.${address}`;
}

/** Whether losses train it: statistics, averages and frozen weights are not. */
export function isTrained({ specification, binding }: FragmentWeight): boolean {
  return specification.group !== "statistic" && binding?.kind !== "average" && binding?.kind !== "frozen";
}
