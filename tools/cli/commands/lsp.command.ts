import type { Command } from "commander";
import { examples } from "../options/examples.ts";
import type { RunAction } from "../run-action.ts";

export function describeLsp(program: Command, run: RunAction): void {
  program
    .command("lsp")
    .description("Serve an editor: diagnostics, hover, completion and more, by the language server protocol.")
    .option("--stdio", "on standard input and output, which is the only way there is")
    .addHelpText("after", examples("llnet lsp --stdio"))
    .action(run(async () => (await import("./lsp.ts")).lsp()));
}
