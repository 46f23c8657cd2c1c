import type { Command } from "commander";
import { dataHelp } from "../options/data-options.ts";
import { examples } from "../options/examples.ts";
import { positive } from "../options/numbers.ts";
import { outputOptions } from "../options/output-options.ts";
import type { RunAction } from "../run-action.ts";

export interface NewOptions {
  readonly backbone: string;
  readonly method: string;
  readonly modules?: number;
  readonly data: string;
  readonly context?: string;
  readonly epochs?: number;
  readonly batch?: number;
  readonly out?: string;
  readonly force?: true;
  readonly list?: true;
}

export function describeNew(program: Command, run: RunAction): void {
  outputOptions(program.command("new").description("Write a model's file from a few words."))
    .argument("[name]", "the model's name, which is the file's too")
    .option("--backbone <name>", "the network; see --list", "resnet32")
    .option("--method <name>", "what trains the modules; see --list", "infopro")
    .option("--modules <number>", "how many modules to cut it into (default: 4)", positive)
    .option("--data <dataset>", dataHelp, "cifar10")
    .option("--context <name>", "what modules get back of what the cuts took; see --list")
    .option("--epochs <number>", "how long to train (default: 60; digits 30)", positive)
    .option("--batch <number>", "samples per step (default: 128; digits 64)", positive)
    .option("-o, --out <file>", "where to write (default: NAME.llnet)")
    .option("--force", "write over a file that is there")
    .option("--list", "show every backbone, method, context and dataset")
    .addHelpText(
      "after",
      examples(
        "llnet new net --backbone resnet32 --method infopro --modules 4 --data cifar10:data/cifar-10-batches-bin",
        "llnet new small --backbone mlp --method greedy --modules 3 --data digits",
        "llnet new --list",
      ),
    )
    .action(
      run(async (session, name: string | undefined, options: NewOptions) =>
        (await import("./new.ts")).newModel(session, name, options),
      ),
    );
}
