import { planMemory } from "../../../runtime/program/plan.ts";
import type { StepProgram } from "../../../runtime/program/step-program.ts";
import { savedByModule } from "../../3-scope/costs.ts";
import type { Module, ScopedModel } from "../../3-scope/scoped-model.ts";
import type { LaneMemory } from "./picture.ts";

/** What every module keeps for its backward pass, with and without its head, and the planned peak while it runs. */
export function laneMemory({ model, modules }: ScopedModel, { procedures, recipe }: StepProgram): LaneMemory[] {
  const withHeads = savedByModule(model, modules);
  const withoutHeads = savedByModule(
    model,
    modules.map(({ head: _, ...module }): Module => module),
  );
  const { perSection } = planMemory(procedures.train, recipe.batch);
  return modules.map(({ index }, position) => {
    const units = withoutHeads[position] as number;
    const peaks = perSection.filter(({ section }) => section.module === index).map(({ peakBytes }) => peakBytes);
    return { units, head: (withHeads[position] as number) - units, peak: Math.max(0, ...peaks) };
  });
}
