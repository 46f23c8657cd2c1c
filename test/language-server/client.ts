/** An editor for tests: a real protocol client over streams in memory, and files that are only texts. */
import { PassThrough } from "node:stream";
import { createConnection } from "vscode-languageserver/node";
import type { Diagnostic, InitializeResult, Position, PublishDiagnosticsParams } from "vscode-languageserver-protocol";
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { createFileHost } from "../../compiler/source/file-host.ts";
import { createMemoryHost } from "../../compiler/source/source-host.ts";
import { createLanguageServer } from "../../tools/language-server/create-language-server.ts";

export interface Editor {
  readonly initialized: InitializeResult;
  readonly connection: ProtocolConnection;
  /** Opens a document; a `‸` in the text is where the cursor stands. */
  open(name: string, marked: string): Promise<void>;
  change(name: string, text: string): Promise<void>;
  /** Everything that is said of the newest text of a document, when nothing more is to come. */
  diagnostics(name: string): Promise<readonly Diagnostic[]>;
  /** The answer to a request about the cursor of a document. */
  ask<Answer>(method: string, name: string, more?: object): Promise<Answer>;
  request<Answer>(method: string, params: object): Promise<Answer>;
  text(name: string): string;
  close(): Promise<void>;
}

export const uriOf = (name: string): string => `file:///project/${name}`;

const cursor = "‸";

/** `files` are on disk; the standard library is the real one. */
export async function startEditor(files: Record<string, string> = {}): Promise<Editor> {
  const [up, down] = [new PassThrough(), new PassThrough()];
  const server = createConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
  const onDisk = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/project/${name}`, text]));
  const real = createFileHost();
  let pending = 0;
  createLanguageServer({
    connection: server,
    host: {
      version: "test",
      sources: () => createMemoryHost(onDisk, real),
      files: (folder) =>
        folder.includes("std") ? ["std/backbones.llnet", "std/blocks.llnet", "std/heads.llnet"] : Object.keys(onDisk),
      pathOf: (uri) => decodeURIComponent(uri.replace(/^file:\/\//, "")),
      uriOf: (path) => `file://${path.startsWith("/") ? "" : "/library/"}${path}`,
      configuration: () => undefined,
    },
    clock: {
      now: () => performance.now(),
      later(_milliseconds, work) {
        pending++;
        let isDone = false;
        const finish = (): void => {
          if (!isDone) pending--;
          isDone = true;
        };
        const turn = setImmediate(() => {
          finish();
          work();
        });
        return () => {
          clearImmediate(turn);
          finish();
        };
      },
    },
  });
  server.listen();
  const connection = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  connection.listen();
  const published = new Map<string, PublishDiagnosticsParams>();
  connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
    published.set(params.uri, params);
  });
  connection.onNotification("window/logMessage", ({ message }: { message: string }) => {
    throw new Error(message);
  });
  const workspaceFolders = [{ uri: "file:///project", name: "work" }];
  const initialized = await connection.sendRequest<InitializeResult>("initialize", {
    processId: null,
    rootUri: "file:///project",
    capabilities: {},
    workspaceFolders,
  });
  await connection.sendNotification("initialized", {});

  const texts = new Map<string, string>();
  const cursors = new Map<string, Position>();
  const versions = new Map<string, number>();

  async function settle(name: string): Promise<void> {
    for (;;) {
      // A request is answered after every notification before it.
      await connection.sendRequest("textDocument/foldingRange", { textDocument: { uri: uriOf(name) } });
      if (pending === 0) return;
      await new Promise((next) => setImmediate(next));
    }
  }

  function read(name: string, marked: string): string {
    const at = marked.indexOf(cursor);
    const before = marked.slice(0, Math.max(at, 0)).split("\n");
    cursors.set(name, { line: before.length - 1, character: before.at(-1)?.length ?? 0 });
    const text = marked.replace(cursor, "");
    texts.set(name, text);
    versions.set(name, (versions.get(name) ?? 0) + 1);
    return text;
  }

  return {
    initialized,
    connection,
    async open(name, marked) {
      const text = read(name, marked);
      const textDocument = { uri: uriOf(name), languageId: "llnet", version: versions.get(name) ?? 1, text };
      await connection.sendNotification("textDocument/didOpen", { textDocument });
    },
    async change(name, marked) {
      const text = read(name, marked);
      await connection.sendNotification("textDocument/didChange", {
        textDocument: { uri: uriOf(name), version: versions.get(name) ?? 1 },
        contentChanges: [{ text }],
      });
    },
    async diagnostics(name) {
      await settle(name);
      return published.get(uriOf(name))?.diagnostics ?? [];
    },
    ask: (method, name, more = {}) =>
      connection.sendRequest(method, { textDocument: { uri: uriOf(name) }, position: cursors.get(name), ...more }),
    request: (method, params) => connection.sendRequest(method, params),
    text: (name) => texts.get(name) ?? "",
    async close() {
      await connection.sendRequest("shutdown");
      connection.dispose();
      server.dispose();
    },
  };
}
