import type { Command } from "commander";
import { examples } from "../options/examples.ts";
import { keptStudyOptions } from "../options/study-options.ts";
import type { RunAction } from "../run-action.ts";

export interface StatusOptions {
  readonly runs: string;
  readonly study?: string;
}

export function describeAblateStatus(ablate: Command, run: RunAction): void {
  keptStudyOptions(ablate.command("status").description("Show where every trial stands, also while a study runs."))
    .addHelpText("after", examples("llnet ablate status", "llnet ablate status study.llnet --json"))
    .action(
      run(async (session, file: string | undefined, options: StatusOptions) =>
        (await import("./ablate-status.ts")).ablateStatus(session, file, options),
      ),
    );
}
