import type { StepProgram } from "../../../runtime/program/step-program.ts";
import { randomStream } from "../../../runtime/random/stream.ts";
import type { Batch } from "../../../runtime/train/batch-check.ts";

/** A batch of random numbers and labels, the same for the same number. */
export function makeBatch({ inputShape, classes }: StepProgram, size: number, number = 0): Batch {
  const stream = randomStream(7, "batch", number);
  const perSample = inputShape.reduce((product, length) => product * length, 1);
  return {
    input: stream.normalArray(size * perSample, 0, 1),
    label: Int32Array.from({ length: size }, () => stream.integer(classes)),
  };
}
