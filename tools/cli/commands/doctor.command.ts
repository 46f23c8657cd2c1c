import type { Command } from "commander";
import { examples } from "../options/examples.ts";
import { outputOptions } from "../options/output-options.ts";
import type { RunAction } from "../run-action.ts";

export function describeDoctor(program: Command, run: RunAction): void {
  outputOptions(program.command("doctor").description("Say which engine was found, and why not a better one."))
    .addHelpText("after", examples("llnet doctor", "llnet doctor --json"))
    .action(run(async (session) => (await import("./doctor.ts")).doctor(session)));
}
