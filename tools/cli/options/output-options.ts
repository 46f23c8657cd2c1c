import type { Command } from "commander";

/** Options that every command printing results has. */
export interface OutputOptions {
  readonly json?: true;
  readonly color?: boolean;
}

export function outputOptions(command: Command): Command {
  return command
    .option("--json", "results as one JSON document")
    .option("--color", "colours even where the output is no terminal")
    .option("--no-color", "no colours (so does NO_COLOR)");
}
