import type { Command } from "commander";
import { examples } from "../options/examples.ts";
import { outputOptions } from "../options/output-options.ts";
import { stopOption } from "../options/study-options.ts";
import type { RunAction } from "../run-action.ts";

export interface TrialOptions {
  readonly stopWhen?: string;
  /** Where another process holds the trial: wait until it is done or gone. A requeued job may find its own traces. */
  readonly wait?: true;
}

export function describeAblateTrial(ablate: Command, run: RunAction): void {
  const command = outputOptions(
    ablate.command("trial").description("Run one trial in this process: what `ablate run` and clusters start."),
  )
    .argument("<directory>", "a folder below runs/trials")
    .option("--wait", "where another process has the trial, wait until it is done or gone");
  stopOption(command)
    .addHelpText("after", examples("llnet ablate trial runs/trials/0c1d2e3f4a5b6c7d8e9f"))
    .action(
      run(async (session, directory: string, options: TrialOptions) =>
        (await import("./ablate-trial.ts")).ablateTrial(session, directory, options),
      ),
    );
}
