import { type ServerOptions, TransportKind } from "vscode-languageclient/node";
import type { Llnet } from "./find-llnet.ts";

/**
 * `llnet lsp --stdio`; the client adds the last word. A launcher runs in the editor's own Node, as a command of ours: as a
 * `module` the client would add options that llnet does not have.
 */
export function serverOptions(llnet: Exclude<Llnet, { kind: "missing" }>): ServerOptions {
  const transport = TransportKind.stdio;
  if (llnet.kind === "program") return { command: llnet.path, args: ["lsp"], transport };
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1" };
  return { command: process.execPath, args: [llnet.path, "lsp"], transport, options: { env } };
}
