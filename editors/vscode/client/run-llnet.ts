import { spawn } from "node:child_process";
import type { Llnet } from "./find-llnet.ts";

export interface Output {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

/** Runs one llnet command to its end. A launcher is run by the editor's own Node. */
export function runLlnet(
  llnet: Exclude<Llnet, { kind: "missing" }>,
  words: readonly string[],
  folder: string,
): Promise<Output> {
  const isScript = llnet.kind === "script";
  const child = spawn(isScript ? process.execPath : llnet.path, [...(isScript ? [llnet.path] : []), ...words], {
    cwd: folder,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let error = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    error += text;
  });
  return new Promise((resolve) => {
    child.on("error", (cause) => resolve({ exitCode: 4, out, error: cause.message }));
    child.on("close", (exitCode) => resolve({ exitCode: exitCode ?? 70, out, error }));
  });
}
