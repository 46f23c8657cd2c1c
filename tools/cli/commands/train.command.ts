import type { Command } from "commander";
import { dataHelp } from "../options/data-options.ts";
import { type EngineOptions, engineOptions } from "../options/engine-options.ts";
import { examples } from "../options/examples.ts";
import { type ModelOptions, modelOptions } from "../options/model-options.ts";
import { natural, positive } from "../options/numbers.ts";
import type { RunAction } from "../run-action.ts";

export interface TrainOptions extends ModelOptions, EngineOptions {
  readonly data?: string;
  readonly epochs?: number;
  readonly batch?: number;
  readonly seed?: number;
  readonly out?: string;
  readonly resume?: string;
  readonly maxSteps?: number;
}

export function describeTrain(program: Command, run: RunAction): void {
  const command = modelOptions(program.command("train").description("Train a model."))
    .argument("[file]", "an llnet file; not needed with --resume")
    .option("--data <dataset>", dataHelp)
    .option("--epochs <number>", "instead of the recipe's", positive)
    .option("--batch <number>", "instead of the recipe's", positive)
    .option("--seed <number>", "instead of the recipe's", natural);
  engineOptions(command)
    .option("--out <directory>", "the run's directory (default: runs/MODEL-TIME)")
    .option("--resume <run>", "continue a run exactly where it stopped")
    .option("--max-steps <number>", "stop with a checkpoint after this many steps in all", positive)
    .addHelpText(
      "after",
      examples(
        "llnet train examples/digits.llnet --data digits",
        "llnet train net.llnet --data cifar10:data/cifar-10-batches-bin --epochs 20 --out runs/first",
        "llnet train --resume runs/first",
      ),
    )
    .action(
      run(async (session, file: string | undefined, options: TrainOptions) =>
        (await import("./train.ts")).train(session, file, options),
      ),
    );
}
