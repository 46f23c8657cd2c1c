import type { Command } from "commander";
import { dataHelp } from "./data-options.ts";
import { setting } from "./model-options.ts";
import { outputOptions } from "./output-options.ts";

/** Of the verbs of `ablate` that read a file. */
export function planOptions(command: Command): Command {
  command
    .argument("<file>", "an llnet file with `ablate` blocks")
    .option("--study <name>", "one study of the file")
    .option("--model <name>", "studies of this model; with --set alone: the model to vary")
    .option(
      "--set <path=values>",
      "override a part of the model; several values make an axis; may be repeated",
      setting,
      {},
    )
    .option("--data <dataset>", `${dataHelp}; default: the recipes' own`)
    .option("--runs <directory>", keptIn, "runs");
  return outputOptions(command);
}

/** Of the verbs of `ablate` that look at what was run. */
export function keptStudyOptions(command: Command): Command {
  return outputOptions(command)
    .argument("[file]", "an llnet file with `ablate` blocks; every study that was run otherwise")
    .option("--study <name>", "one study of the file")
    .option("--runs <directory>", keptIn, "runs");
}

/** Of the verbs of `ablate` that train. */
export function stopOption(command: Command): Command {
  return command.option(
    "--stop-when <rule>",
    "end a trial early, for example `validation < 20% after 5` or `accuracy < 20% after 5`",
  );
}

const keptIn = "where trials are kept";
