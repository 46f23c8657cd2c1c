import { stepPeakBytes } from "../../runtime/program/plan.ts";
import type { ScopedModel } from "../3-scope/scoped-model.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type LoweredProgram, lowerWithoutGradients } from "./index.ts";

/** Reports a limit of `memory` that a program, which gets as near as it can, does not meet. */
export function checkMemory(scoped: ScopedModel, program: LoweredProgram): Diagnostic | undefined {
  const { memory } = program.recipe;
  const place = scoped.model.memoryPlace;
  if (place === undefined || memory?.kind !== "at_most") return undefined;
  const least = stepPeakBytes(program);
  if (least <= memory.bytes) return undefined;
  const fitting = fittingBatch(scoped, program, memory.bytes);
  const smaller = fitting > 0 ? `\`batch: ${fitting}\` would fit` : "not even one sample would fit";
  return diagnose(
    "memory-too-small",
    { limit: inWords(memory.bytes, Math.floor), least: inWords(least, Math.ceil) },
    { place, help: `${smaller}; more modules (\`split into … by memory\`) or smaller heads need less` },
  );
}

/** A batch size that meets the limit, near the largest; 0 where none does. The peak is nearly proportional to the size. */
function fittingBatch(scoped: ScopedModel, program: LoweredProgram, limit: number): number {
  let { batch } = program.recipe;
  let peak = stepPeakBytes(program);
  while (peak > limit && batch > 0) {
    batch = Math.min(batch - 1, Math.floor((batch * limit) / peak));
    if (batch > 0) peak = stepPeakBytes(withBatch(scoped, batch));
  }
  return batch;
}

function withBatch(scoped: ScopedModel, batch: number): LoweredProgram {
  return lowerWithoutGradients({ ...scoped, model: { ...scoped.model, recipe: { ...scoped.model.recipe, batch } } });
}

/** One digit behind the point, rounded so that the comparison still holds. */
function inWords(bytes: number, round: (value: number) => number): string {
  const [unit, name] = bytes < 1e6 ? [1e3, "KB"] : [1e6, "MB"];
  return `${round((bytes / unit) * 10) / 10} ${name}`;
}
