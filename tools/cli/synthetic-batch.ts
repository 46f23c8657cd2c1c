import type { StepProgram } from "../../runtime/index.ts";

/** A batch at the recipe's size that looks like no data: for measuring what a step takes. */
export function syntheticBatch({ recipe, inputShape, classes }: StepProgram): {
  readonly input: Float32Array;
  readonly label: Int32Array;
} {
  const { batch } = recipe;
  const numbers = inputShape.reduce((product, length) => product * length, batch);
  return {
    input: Float32Array.from({ length: numbers }, (_, index) => Math.sin(index)),
    label: Int32Array.from({ length: batch }, (_, index) => index % classes),
  };
}
