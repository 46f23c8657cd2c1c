import type { Command } from "commander";
import { examples } from "../options/examples.ts";
import { type ModelOptions, modelOptions } from "../options/model-options.ts";
import { positive } from "../options/numbers.ts";
import type { RunAction } from "../run-action.ts";

export interface SummaryOptions extends ModelOptions {
  readonly batch?: number;
}

export function describeSummary(program: Command, run: RunAction): void {
  modelOptions(
    program
      .command("summary")
      .description("Show what a model costs: parameters, multiply-adds and memory of every module."),
  )
    .argument("<file>", "an llnet file")
    .option("--batch <number>", "batch size of the planned peak", positive)
    .addHelpText(
      "after",
      examples("llnet summary examples/digits.llnet", 'llnet summary net.llnet --set split="into 4 by memory"'),
    )
    .action(
      run(async (session, file: string, options: SummaryOptions) =>
        (await import("./summary.ts")).summary(session, file, options),
      ),
    );
}
