import type { Command } from "commander";
import { examples } from "../options/examples.ts";
import { outputOptions } from "../options/output-options.ts";
import { oneOf } from "../options/words.ts";
import type { RunAction } from "../run-action.ts";

export interface LintOptions {
  readonly fix?: true;
  readonly unsafe?: true;
  readonly format?: LintFormat;
  readonly config?: string;
  readonly baseline?: string;
  readonly writeBaseline?: true;
  readonly watch?: true;
}

export type LintFormat = "text" | "json" | "sarif" | "github";

export function describeLint(program: Command, run: RunAction): void {
  outputOptions(
    program.command("lint").description("Find what compiles and still is a mistake, a trap or an unfair comparison."),
  )
    .argument("<path...>", "llnet files, or folders of them")
    .option("--fix", "apply the fixes that keep the meaning")
    .option("--unsafe", "with --fix: also those that change what is trained")
    .option("--format <name>", "text (default), json, sarif or github", oneOf("text", "json", "sarif", "github"))
    .option(
      "--config <file>",
      "severities of rules (default: llnet.config.json in the working folder, where there is one)",
    )
    .option("--baseline <file>", "pass over what this file lists, and name what it lists and is gone")
    .option("--write-baseline", "list what is found now in the --baseline file (default: llnet.baseline.json)")
    .option("--watch", "lint again whenever a file or one of its imports changes")
    .addHelpText(
      "after",
      examples(
        "llnet lint examples/digits.llnet",
        "llnet lint models --fix",
        "llnet lint models --format sarif",
        "llnet lint models --write-baseline --baseline lint.json",
        "llnet lint models --baseline lint.json",
      ),
    )
    .action(
      run(async (session, files: string[], options: LintOptions) =>
        (await import("./lint.ts")).lint(session, files, options),
      ),
    );
}
