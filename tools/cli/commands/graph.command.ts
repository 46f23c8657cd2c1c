import { type Command, InvalidArgumentError } from "commander";
import { examples } from "../options/examples.ts";
import { type ModelOptions, modelOptions } from "../options/model-options.ts";
import { oneOf } from "../options/words.ts";
import type { RunAction } from "../run-action.ts";

export type GraphFormat = "html" | "svg" | "dot";

export interface GraphOptions extends ModelOptions {
  /** A path, or `-` for stdout. */
  readonly out?: string;
  readonly format?: GraphFormat;
  readonly open?: "yes" | "no";
}

export function describeGraph(program: Command, run: RunAction): void {
  modelOptions(program.command("graph").description("Draw a model: modules, cuts, heads, and which loss trains what."))
    .argument("<file>", "an llnet file")
    .option("-o, --out <file>", "where to write; - for standard output (default: MODEL.html)")
    .option(
      "--format <name>",
      "html, svg or dot (default: as the file's name ends, else html)",
      oneOf("html", "svg", "dot"),
    )
    .option("--open <when>", "yes or no: show it in a browser (default: in a terminal on a desktop)", yesOrNo)
    .addHelpText(
      "after",
      examples(
        "llnet graph examples/resnet32-infopro.llnet",
        "llnet graph examples/digits.llnet -o digits.svg",
        "llnet graph net.llnet --set 'split=into 8 by memory' -o net.html --open no",
      ),
    )
    .action(
      run(async (session, file: string, options: GraphOptions) =>
        (await import("./graph.ts")).graph(session, file, options),
      ),
    );
}

function yesOrNo(text: string): "yes" | "no" {
  if (text === "yes" || text === "no") return text;
  throw new InvalidArgumentError("Write yes or no.");
}
