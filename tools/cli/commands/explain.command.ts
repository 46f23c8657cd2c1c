import type { Command } from "commander";
import { examples } from "../options/examples.ts";
import { outputOptions } from "../options/output-options.ts";
import type { RunAction } from "../run-action.ts";

export function describeExplain(program: Command, run: RunAction): void {
  outputOptions(program.command("explain").description("Explain a diagnostic or a lint rule, by code or name."))
    .argument("<code|rule>", "LL3001, shape-mismatch, trailing-split, …")
    .addHelpText("after", examples("llnet explain LL1003", "llnet explain zero-weight-loss"))
    .action(run(async (session, topic: string) => (await import("./explain.ts")).explain(session, topic)));
}
