import type { ScopedModel } from "../3-scope/scoped-model.ts";

/**
 * How often each unit (by its 1-based index) would run forward in a step if every scope of a loss ran on its own, as
 * MLAAN's released code does (arXiv 2406.16633): with a loss of its own and windows of two modules, an inner module three
 * times. Only running statistics tell the difference, and only where the recipe asks for it; otherwise once.
 */
export function countExecutions({ model, modules, losses }: ScopedModel): (unit: number) => number {
  if (model.recipe.statistics !== "per_execution") return () => 1;
  const lastUnits = new Map(modules.map(({ index, units }) => [index, units.at(-1)?.index ?? 0]));
  const scopes = new Map(
    losses.map(({ module, firstUnit }) => [
      `${module} ${firstUnit}`,
      { firstUnit, lastUnit: lastUnits.get(module) ?? 0 },
    ]),
  );
  return (unit) => {
    const within = [...scopes.values()].filter(({ firstUnit, lastUnit }) => firstUnit <= unit && unit <= lastUnit);
    return Math.max(within.length, 1);
  };
}
