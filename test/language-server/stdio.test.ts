import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import {
  createProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

test("`llnet lsp --stdio` serves a real client from start to exit", async () => {
  const server = spawn(process.execPath, ["tools/cli/llnet.cjs", "lsp", "--stdio"], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const errors: Buffer[] = [];
  server.stderr.on("data", (data: Buffer) => errors.push(data));
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  connection.listen();
  const initialize = { processId: process.pid, rootUri: null, capabilities: {}, workspaceFolders: null };
  const { capabilities } = await connection.sendRequest<{ capabilities: object }>("initialize", initialize);
  expect(capabilities).toMatchObject({ hoverProvider: true, renameProvider: { prepareProvider: true } });
  await connection.sendNotification("initialized", {});
  const published = new Promise<PublishDiagnosticsParams>((resolve) => {
    connection.onNotification("textDocument/publishDiagnostics", resolve);
  });
  const textDocument = { uri: "untitled:one", languageId: "llnet", version: 1, text: "fn f(x) = y\n" };
  await connection.sendNotification("textDocument/didOpen", { textDocument });
  expect((await published).diagnostics.map(({ code }) => code)).toContain("LL2001");
  const ended = new Promise<number | null>((resolve) => server.once("exit", resolve));
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  expect(await ended).toBe(0);
  expect(Buffer.concat(errors).toString()).toBe("");
  connection.dispose();
});
