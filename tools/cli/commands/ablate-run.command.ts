import { type Command, InvalidArgumentError } from "commander";
import { examples } from "../options/examples.ts";
import { positive } from "../options/numbers.ts";
import { planOptions, stopOption } from "../options/study-options.ts";
import { list, oneOf } from "../options/words.ts";
import type { PlanOptions } from "../plan-file.ts";
import type { RunAction } from "../run-action.ts";
import type { Cluster } from "./ablate-launch.ts";

export interface RunOptions extends PlanOptions {
  /** Trials at a time; absent: one, or one per accelerator. */
  readonly jobs?: number;
  /** Bytes. */
  readonly memory?: number;
  readonly devices: readonly string[];
  readonly retryFailed?: true;
  readonly stopWhen?: string;
  readonly on: "here" | Cluster;
  readonly launcher?: string;
  readonly dryRun?: true;
}

export function describeAblateRun(ablate: Command, run: RunAction): void {
  const command = planOptions(
    ablate.command("run").description("Run every trial of a file's studies that has not been run yet."),
  )
    .option("--jobs <number>", "trials at a time (default: 1, or one per accelerator)", positive)
    .option("--memory <size>", "what all trials together may plan for, for example 16GB (default: what is free)", size)
    .option("--devices <list>", "accelerators, one trial each, for example 0,1", list, [])
    .option("--retry-failed", "run failed trials again, from their last checkpoint");
  stopOption(command)
    .option(
      "--on <cluster>",
      "here (default), slurm, or kubernetes or ray (printed, not submitted)",
      oneOf("here", "slurm", "kubernetes", "ray"),
      "here",
    )
    .option(
      "--launcher <file>",
      "how the cluster is asked: partition, time, memory, … (default: launcher.json, where there is one)",
    )
    .option("--dry-run", "print the cluster's scripts and submit nothing")
    .addHelpText(
      "after",
      examples(
        "llnet ablate run study.llnet --data digits",
        "llnet ablate run net.llnet --set train.epochs=10,20 --jobs 2",
        "llnet ablate run study.llnet --on slurm --dry-run",
      ),
    )
    .action(
      run(async (session, file: string, options: RunOptions) =>
        (await import("./ablate-run.ts")).ablateRun(session, file, options),
      ),
    );
}

/** `16GB` in bytes. */
function size(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(MB|GB|MiB|GiB)$/.exec(text);
  const units: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, MiB: 2 ** 20, GiB: 2 ** 30 };
  if (match === null) throw new InvalidArgumentError("Write a number and MB or GB, for example 16GB.");
  return Number(match[1]) * (units[match[2] ?? ""] ?? 1);
}
