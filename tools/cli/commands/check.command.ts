import type { Command } from "commander";
import { examples } from "../options/examples.ts";
import { type ModelOptions, modelOptions } from "../options/model-options.ts";
import type { RunAction } from "../run-action.ts";

export interface CheckOptions extends ModelOptions {
  readonly watch?: true;
}

export function describeCheck(program: Command, run: RunAction): void {
  modelOptions(program.command("check").description("Check files: everything the compiler can say without training."))
    .argument("<path...>", "llnet files, or folders of them")
    .option("--watch", "check again whenever a file or one of its imports changes")
    .addHelpText(
      "after",
      examples("llnet check examples/digits.llnet", "llnet check models --json", "llnet check models --watch"),
    )
    .action(
      run(async (session, files: string[], options: CheckOptions) =>
        (await import("./check.ts")).check(session, files, options),
      ),
    );
}
