import type { StepProgram } from "../program/step-program.ts";
import { TrainerError } from "./trainer-error.ts";

/** Throws where a program has no such phase (1-based). */
export function checkPhase({ phases }: StepProgram, phase: number): void {
  if (phases?.[phase - 1] !== undefined) return;
  const found = phases === undefined ? "trains all modules together" : `has ${phases.length} phases`;
  throw new TrainerError(
    "LL8055",
    `there is no phase ${phase}: the program ${found}`,
    phases === undefined ? "write `order: sequential` in the recipe" : `phases count from 1 to ${phases.length}`,
  );
}
