import type { Command } from "commander";
import type { EngineName } from "../../../runtime/engine/index.ts";
import { oneOf } from "./words.ts";

/** Options of every command that trains a model or runs one. */
export interface EngineOptions {
  readonly engine?: EngineName;
  readonly executor?: ExecutorName;
}

export type ExecutorName = "graph" | "eager" | "portable" | "webgpu";

export function engineOptions(command: Command): Command {
  return command
    .option(
      "--engine <name>",
      "auto (default: the best here), native, cuda, webgpu or portable",
      oneOf<EngineName>("auto", "native", "cuda", "webgpu", "portable"),
    )
    .option(
      "--executor <name>",
      "graph or eager on the native engine, or portable",
      oneOf<ExecutorName>("graph", "eager", "portable", "webgpu"),
    );
}
