import type { Command } from "commander";
import { examples } from "../options/examples.ts";
import { type ModelOptions, modelOptions } from "../options/model-options.ts";
import type { RunAction } from "../run-action.ts";

export interface IsolationOptions extends ModelOptions {
  readonly probe?: true;
}

export function describeIsolation(program: Command, run: RunAction): void {
  modelOptions(program.command("isolation").description("Show which loss trains which part."))
    .argument("<file>", "an llnet file")
    .option("--probe", "also measure it: every loss' gradients on random input")
    .addHelpText(
      "after",
      examples("llnet isolation examples/digits.llnet", "llnet isolation examples/digits.llnet --probe --json"),
    )
    .action(
      run(async (session, file: string, options: IsolationOptions) =>
        (await import("./isolation.ts")).isolation(session, file, options),
      ),
    );
}
