import { checkBatchPlan } from "../../data/batch-plan.ts";
import { type DataError, dataError, formatCount } from "../../data/data-error.ts";
import type { Dataset } from "../../data/dataset.ts";
import { heldOutCount } from "../../data/validation-split.ts";
import type { StepProgram } from "../../program/step-program.ts";
import type { TrainingError } from "./training-error.ts";
import { trainingError } from "./training-error.ts";

/**
 * Whether samples of a dataset can be fed to a program: the same `[height, width, channels]`, or an input `[features]` of
 * as many numbers as an image has pixels times channels, which is then fed flattened. The recipe's
 * normalisation, augmentation and validation share must suit the images too. Classes are checked when the dataset is opened.
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
    return checkBatchPlan({ imageShape, augment, normalize }) ?? checkHeldOut(program, dataset);
  }
  const [image, flat] = [`[${imageShape.join(", ")}]`, `[${pixels}]`];
  return trainingError(
    "LL8020",
    `the model \`${program.name}\` takes [${inputShape.join(", ")}], the images of \`${dataset.name}\` are ${image}`,
    inputShape.length === 1 ? `write \`input ${flat}\` (flattened) or \`input ${image}\`` : `write \`input ${image}\``,
  );
}

/** Holding out must leave images on both sides. */
function checkHeldOut(
  { recipe: { validation } }: Pick<StepProgram, "recipe">,
  { name, train, validation: held }: Dataset,
): DataError | undefined {
  if (validation === undefined || held !== undefined) return undefined;
  const count = heldOutCount(train.count, validation);
  if (count > 0 && count < train.count) return undefined;
  return dataError(
    "LL8014",
    null,
    `\`validation: ${validation}\` holds out ${count} of the ${formatCount(train.count)} training images of \`${name}\``,
    count === 0
      ? "hold out a larger share, or leave `validation` out"
      : "hold out a smaller share, or take more images",
  );
}
