import type { StepProgram } from "../../program/step-program.ts";
import type { Losses } from "./events.ts";
import { type TrainingError, trainingError } from "./training-error.ts";

/** LL6201 where a loss is not a finite number; a step and the total count from 1. */
export function checkFinite(
  program: StepProgram,
  losses: Losses,
  epoch: number,
  step: number,
  total: number,
): TrainingError | undefined {
  const bad = program.losses.filter(({ name }) => losses[name] !== undefined && !Number.isFinite(losses[name]));
  const first = bad[0];
  if (first === undefined) return undefined;
  const more = bad.length > 1 ? ` (and ${bad.length - 1} more)` : "";
  return trainingError(
    "LL6201",
    `the loss \`${first.name}\` of module ${first.module}${more} became ${losses[first.name]} in step ${step} of epoch ${epoch} (step ${total} in all)`,
    "lower the learning rate or lengthen its warm-up; the last checkpoint is from before and is kept",
  );
}
