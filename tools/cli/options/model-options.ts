import { type Command, InvalidArgumentError } from "commander";
import { outputOptions } from "./output-options.ts";

/** Options that every command reading a model has, beside those of its output. */
export interface ModelOptions {
  readonly model?: string;
  /** By path, such as `train.batch`. */
  readonly set: Readonly<Record<string, string>>;
}

export function modelOptions(command: Command): Command {
  command
    .option("--model <name>", "which model, where the file holds several")
    .option(
      "--set <path=value>",
      "override a part of the model, for example train.batch=64; may be repeated",
      setting,
      {},
    );
  return outputOptions(command);
}

/** One more `path=value`, added to those before it. */
export function setting(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const equals = text.indexOf("=");
  if (equals < 1 || equals === text.length - 1)
    throw new InvalidArgumentError("Write path=value, for example train.batch=64.");
  return { ...before, [text.slice(0, equals).trim()]: text.slice(equals + 1).trim() };
}
