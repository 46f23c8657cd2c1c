import type { Command } from "commander";
import { examples } from "../options/examples.ts";
import { type ModelOptions, modelOptions } from "../options/model-options.ts";
import type { RunAction } from "../run-action.ts";

export interface DiffOptions extends ModelOptions {
  readonly exitCode?: true;
}

export function describeDiff(program: Command, run: RunAction): void {
  modelOptions(program.command("diff").description("Say in words what makes one model another than a second one."))
    .argument("<first>", "FILE, FILE@MODEL or git:REVISION:FILE")
    .argument("[second]", "the same; without it the first one, changed by --set")
    .option("--exit-code", "end with 1 where they differ")
    .addHelpText(
      "after",
      examples(
        "llnet diff examples/resnet32-greedy.llnet examples/resnet32-infopro.llnet",
        'llnet diff net.llnet --set split="into 8 by memory"',
        "llnet diff git:main:net.llnet net.llnet --exit-code",
      ),
    )
    .action(
      run(async (session, first: string, second: string | undefined, options: DiffOptions) =>
        (await import("./diff.ts")).diff(session, first, second, options),
      ),
    );
}
