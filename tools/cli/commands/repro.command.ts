import type { Command } from "commander";
import { examples } from "../options/examples.ts";
import { positive } from "../options/numbers.ts";
import { outputOptions } from "../options/output-options.ts";
import type { RunAction } from "../run-action.ts";

export interface ReproOptions {
  /** Only the first epochs. */
  readonly epochs?: number;
  readonly out?: string;
}

export function describeRepro(program: Command, run: RunAction): void {
  outputOptions(program.command("repro").description("Run a run or a trial again and compare it epoch by epoch."))
    .argument("<run>", "a run's directory, or a trial's")
    .option("--epochs <number>", "only the first epochs", positive)
    .option("--out <directory>", "where the new run goes (default: beside the old one)")
    .addHelpText("after", examples("llnet repro runs/first", "llnet repro runs/first --epochs 1"))
    .action(
      run(async (session, path: string, options: ReproOptions) =>
        (await import("./repro.ts")).repro(session, path, options),
      ),
    );
}
