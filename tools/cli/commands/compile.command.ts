import type { Command } from "commander";
import type { EmitKind } from "../emitters.ts";
import { examples } from "../options/examples.ts";
import { type ModelOptions, modelOptions } from "../options/model-options.ts";
import { someOf } from "../options/words.ts";
import type { RunAction } from "../run-action.ts";

export interface CompileOptions extends ModelOptions {
  readonly out: string;
  readonly emit: readonly EmitKind[];
  readonly allVariants?: true;
}

export function describeCompile(program: Command, run: RunAction): void {
  modelOptions(
    program
      .command("compile")
      .description("Write the compiled model: TypeScript to read and run, the step program, a graph."),
  )
    .argument("<file>", "an llnet file")
    .requiredOption("-o, --out <directory>", "where to write")
    .option(
      "--emit <kinds>",
      "comma-separated: typescript, json, dot",
      someOf<EmitKind>(["typescript", "json", "dot"]),
      ["typescript"],
    )
    .option("--all-variants", "every variant of the file's `ablate` blocks, with its step program and an index")
    .addHelpText(
      "after",
      examples(
        "llnet compile examples/digits.llnet -o build",
        "llnet compile net.llnet -o build --emit typescript,json,dot",
        "llnet compile examples/infopro-table.llnet --all-variants -o variants",
      ),
    )
    .action(
      run(async (session, file: string, options: CompileOptions) =>
        (await import("./compile.ts")).compileCommand(session, file, options),
      ),
    );
}
