import type { Command } from "commander";
import { examples } from "../options/examples.ts";
import { positive } from "../options/numbers.ts";
import { planOptions } from "../options/study-options.ts";
import type { PlanOptions } from "../plan-file.ts";
import type { RunAction } from "../run-action.ts";

export interface PlanVerbOptions extends PlanOptions {
  /** Steps to time per distinct program. */
  readonly measure?: number;
}

export function describeAblatePlan(ablate: Command, run: RunAction): void {
  planOptions(ablate.command("plan").description("Show what a file's studies would run and what that costs."))
    .option(
      "--measure <steps>",
      "time this many training steps of every distinct program, and keep the times",
      positive,
    )
    .addHelpText(
      "after",
      examples(
        "llnet ablate plan examples/infopro-table.llnet",
        "llnet ablate plan study.llnet --data digits --measure 5",
        'llnet ablate plan net.llnet --set train.epochs=10,20 --set split="into 4,into 8" --json',
      ),
    )
    .action(
      run(async (session, file: string, options: PlanVerbOptions) =>
        (await import("./ablate-plan.ts")).ablatePlan(session, file, options),
      ),
    );
}
