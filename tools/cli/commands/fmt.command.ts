import type { Command } from "commander";
import { examples } from "../options/examples.ts";
import { outputOptions } from "../options/output-options.ts";
import type { RunAction } from "../run-action.ts";

export interface FormatOptions {
  readonly check?: true;
  readonly stdin?: true;
}

export function describeFormat(program: Command, run: RunAction): void {
  outputOptions(program.command("fmt").description("Format files: one layout, without options."))
    .argument("[path...]", "llnet files, or folders of them")
    .option("--check", "change nothing, but end with 1 where a file would change")
    .option("--stdin", "format standard input to standard output")
    .addHelpText("after", examples("llnet fmt models", "llnet fmt --check examples/digits.llnet"))
    .action(
      run(async (session, files: string[], options: FormatOptions) =>
        (await import("./fmt.ts")).fmt(session, files, options),
      ),
    );
}
