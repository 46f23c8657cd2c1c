import { type Command, InvalidArgumentError } from "commander";
import { type TrainedDataOptions, trainedDataOptions } from "../options/data-options.ts";
import { type EngineOptions, engineOptions } from "../options/engine-options.ts";
import { examples } from "../options/examples.ts";
import { outputOptions } from "../options/output-options.ts";
import type { RunAction } from "../run-action.ts";

export interface PredictOptions extends TrainedDataOptions, EngineOptions {
  readonly samples: SampleRange;
  readonly input?: string;
}

/** Both ends are meant, counted from 0. */
interface SampleRange {
  readonly from: number;
  readonly to: number;
}

export function describePredict(program: Command, run: RunAction): void {
  const command = outputOptions(
    program.command("predict").description("Classify samples with a trained model."),
  ).argument("<run>", "a run's directory");
  trainedDataOptions(command)
    .option("--samples <range>", "which of them, from 0: 7 or 0..9", sampleRange, { from: 0, to: 9 })
    .option("--input <file>", "classify the images of a JSON file instead: a list of images, pixels 0 to 255");
  engineOptions(command)
    .addHelpText(
      "after",
      examples(
        "llnet predict runs/first",
        "llnet predict runs/first --samples 0..99 --json",
        "llnet predict runs/first --input images.json",
      ),
    )
    .action(
      run(async (session, target: string, options: PredictOptions) =>
        (await import("./predict.ts")).predict(session, target, options),
      ),
    );
}

function sampleRange(text: string): SampleRange {
  const match = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text);
  const from = Number(match?.[1]);
  const to = Number(match?.[2] ?? match?.[1]);
  if (match === null || to < from) throw new InvalidArgumentError("Write a number, or two as in 0..9.");
  return { from, to };
}
