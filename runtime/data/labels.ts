import type { DataError } from "./data-error.ts";
import { dataError, formatCount } from "./data-error.ts";

/** The position and value of the first label outside [lowest, lowest + classes), or null. */
export function findLabelOutOfRange(
  labels: ArrayLike<number>,
  lowest: number,
  classes: number,
): { position: number; label: number } | null {
  for (let position = 0; position < labels.length; position++) {
    const label = labels[position] as number;
    if (label < lowest || label >= lowest + classes || !Number.isInteger(label)) return { position, label };
  }
  return null;
}

export function labelOutOfRange(
  path: string,
  wrong: { position: number; label: number },
  lowest: number,
  classes: number,
): DataError {
  return dataError(
    "LL8007",
    path,
    `expected labels from ${lowest} to ${lowest + classes - 1}, ` +
      `found ${wrong.label} at record ${formatCount(wrong.position)} (counted from 0)`,
    "the file is damaged or belongs to another dataset: download it again or correct the dataset's name",
  );
}
