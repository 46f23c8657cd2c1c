import type { Batch, StepProgram } from "../../runtime/index.ts";

/** A batch of noise of the recipe's size; every class occurs. */
export function noiseFor({ inputShape, classes, recipe }: StepProgram): Batch {
  const size = recipe.batch * inputShape.reduce((product, length) => product * length, 1);
  return {
    input: Float32Array.from({ length: size }, (_, index) => Math.sin(index * 12.9898 + (index % 101))),
    label: Int32Array.from({ length: recipe.batch }, (_, index) => index % classes),
  };
}
