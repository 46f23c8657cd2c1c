import type { Command } from "commander";
import type { SplitName } from "../../../runtime/index.ts";
import { oneOf } from "./words.ts";

/** Options of every command that runs a trained model on a dataset. */
export interface TrainedDataOptions {
  readonly best?: true;
  readonly data?: string;
  readonly split: SplitName;
}

export const dataHelp = "digits, synthetic, or NAME:DIR with cifar10, cifar100, mnist, fashion_mnist, svhn, stl10";

export function trainedDataOptions(command: Command): Command {
  return command
    .option("--best", "the weights of the best epoch on validation images, instead of the last")
    .option("--data <dataset>", `${dataHelp}; default: the run's own`)
    .option(
      "--split <name>",
      "test (default), validation or train",
      oneOf<SplitName>("train", "validation", "test"),
      "test",
    );
}
