import type { TensorValues } from "../execute/executor.ts";
import type { StepProgram } from "../program/step-program.ts";

/** The losses among a procedure's outputs, unweighted, by name. */
export function lossesOf(program: StepProgram, outputs: ReadonlyMap<string, TensorValues>): Record<string, number> {
  const present = program.losses.filter(({ name }) => outputs.has(name));
  return Object.fromEntries(present.map(({ name }) => [name, outputs.get(name)?.[0] as number]));
}

/** The weighted sum of each module's losses, by module number. */
export function totalsOf(
  program: StepProgram,
  losses: Readonly<Record<string, number>>,
  lossWeight: (name: string) => number,
): Record<number, number> {
  const totals: Record<number, number> = {};
  for (const { name, module } of program.losses) {
    const loss = losses[name];
    if (loss !== undefined) totals[module] = (totals[module] ?? 0) + lossWeight(name) * loss;
  }
  return totals;
}
