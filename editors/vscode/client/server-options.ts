import { type ServerOptions, TransportKind } from "vscode-languageclient/node";
import type { Llnet } from "./find-llnet.ts";

/** `llnet lsp --stdio`; the client adds the last word. A launcher runs in the editor's own Node. */
export function serverOptions(llnet: Exclude<Llnet, { kind: "missing" }>): ServerOptions {
  const transport = TransportKind.stdio;
  if (llnet.kind === "script") return { module: llnet.path, args: ["lsp"], transport };
  return { command: llnet.path, args: ["lsp"], transport };
}
