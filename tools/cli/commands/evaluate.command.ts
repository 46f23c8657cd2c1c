import type { Command } from "commander";
import { type TrainedDataOptions, trainedDataOptions } from "../options/data-options.ts";
import { type EngineOptions, engineOptions } from "../options/engine-options.ts";
import { examples } from "../options/examples.ts";
import { type ModelOptions, modelOptions } from "../options/model-options.ts";
import type { RunAction } from "../run-action.ts";

export interface EvaluateOptions extends ModelOptions, TrainedDataOptions, EngineOptions {
  readonly checkpoint?: string;
}

export function describeEvaluate(program: Command, run: RunAction): void {
  const command = modelOptions(program.command("eval").description("Measure a trained model on a dataset."))
    .argument("<run|file>", "a run's directory, or an llnet file with --checkpoint")
    .option("--checkpoint <run>", "the run whose weights to use");
  trainedDataOptions(command);
  engineOptions(command)
    .addHelpText(
      "after",
      examples(
        "llnet eval runs/first",
        "llnet eval runs/first --best",
        "llnet eval runs/first --data cifar10:data/other --json",
      ),
    )
    .action(
      run(async (session, target: string, options: EvaluateOptions) =>
        (await import("./evaluate.ts")).evaluate(session, target, options),
      ),
    );
}
