import type { StepProgram } from "../../program/step-program.ts";
import { bytesAt } from "../../program/tensor-type.ts";

/**
 * Bytes in the mean, per tensor of a step. Measured on two cores: with digits (10 kB) two threads cost 40 %, with ResNet-32 they
 * cost or save nothing at batch 4 (37 kB) and save a tenth of the time at batch 8, 40 % at batch 64.
 */
const smallTensor = 65_536;

/** How many threads a program keeps busy on WebAssembly, where every operation wakes them: one if its tensors are small. */
export function usefulThreads({ procedures: { train }, recipe: { batch } }: StepProgram): number {
  const bytes = train.values.reduce((sum, type) => sum + bytesAt(type, batch), 0);
  return bytes < smallTensor * train.values.length ? 1 : Number.POSITIVE_INFINITY;
}
