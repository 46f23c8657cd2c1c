import type { Dataset, SplitName } from "../../runtime/index.ts";
import type { Problem } from "./problem.ts";

type Split = Dataset["train"];

/** The images of a split; only a recipe with `validation` holds some out. */
export function splitOf(dataset: Dataset, name: SplitName): Split | Problem {
  return (
    dataset[name] ?? {
      message: "no images are held out for validation",
      help: "train with `validation: 0.1` in the recipe, or choose `--split test` or `train`",
    }
  );
}

/** What its images are called. */
export const splitTitles: Readonly<Record<SplitName, string>> = {
  train: "training",
  validation: "validation",
  test: "test",
};
