import { checkBatchPlan } from "../../data/batch-plan.ts";
import type { DataError } from "../../data/data-error.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { StepProgram } from "../../program/step-program.ts";
import type { TrainingError } from "./training-error.ts";
import { trainingError } from "./training-error.ts";

/**
 * Whether samples of a dataset can be fed to a program: the same `[height, width, channels]`, or an input `[features]` of
 * as many numbers as an image has pixels times channels, which is then fed flattened. The recipe's
 * normalisation and augmentation must suit the images too. Classes are checked when the dataset is opened.
 */
export function checkFit(
  program: Pick<StepProgram, "inputShape" | "name" | "recipe">,
  dataset: Dataset,
): TrainingError | DataError | undefined {
  const { inputShape } = program;
  const { imageShape } = dataset;
  const pixels = imageShape.reduce((product, axis) => product * axis, 1);
  const same = inputShape.length === imageShape.length && inputShape.every((axis, index) => axis === imageShape[index]);
  if (same || (inputShape.length === 1 && inputShape[0] === pixels)) {
    const { augment, normalize } = program.recipe;
    return checkBatchPlan({ imageShape, augment, normalize }) ?? undefined;
  }
  const [image, flat] = [`[${imageShape.join(", ")}]`, `[${pixels}]`];
  return trainingError(
    "LL8020",
    `the model \`${program.name}\` takes [${inputShape.join(", ")}], the images of \`${dataset.name}\` are ${image}`,
    inputShape.length === 1 ? `write \`input ${flat}\` (flattened) or \`input ${image}\`` : `write \`input ${image}\``,
  );
}
