import type { FragmentWeight } from "./model.ts";

/** The whole address of a weight: shared ones stand by themselves, tied ones in their unit, all others where they are used. */
export function wholeAddress(owner: string, weight: FragmentWeight): string {
  const { address, binding } = weight;
  if (binding?.kind === "tied") return binding.of;
  if (binding?.kind === "shared") return `shared.${binding.name}`;
  const known = addresses.get(weight);
  if (known?.owner === owner) return known.address;
  const whole = `${owner}.${address}`;
  addresses.set(weight, { owner, address: whole });
  return whole;
}

/** Every phase asks for them, and looks things up by them: one text each is also hashed once. */
const addresses = new WeakMap<FragmentWeight, { readonly owner: string; readonly address: string }>();

/** Whether losses train it: statistics, averages and frozen weights are not. */
export function isTrained({ specification, binding }: FragmentWeight): boolean {
  if (binding?.kind === "tied") return binding.isTrained;
  return specification.group !== "statistic" && binding?.kind !== "average" && binding?.kind !== "frozen";
}
