import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findLlnet } from "../../editors/vscode/client/find-llnet.ts";
import { activateExtension, type RunningExtension } from "./support/activate-extension.ts";
import type { FakeEditor, FakeWorkspace } from "./support/fake-vscode.ts";

// Tells what it was called with, then answers as much as a client needs to start and to stop.
const launcher = `
const { appendFileSync } = require("node:fs");
appendFileSync(__dirname + "/calls.txt", JSON.stringify(process.argv.slice(2)) + "\\n");
const [verb] = process.argv.slice(2);
if (verb === "lsp") {
  let text = "";
  process.stdin.on("data", (chunk) => {
    text += chunk;
    for (let end; (end = text.indexOf("\\r\\n\\r\\n")) >= 0; ) {
      const length = Number(/Content-Length: (\\d+)/i.exec(text)[1]);
      if (text.length < end + 4 + length) return;
      const message = JSON.parse(text.slice(end + 4, end + 4 + length));
      text = text.slice(end + 4 + length);
      if (message.method === "exit") process.exit(0);
      if (message.id === undefined) continue;
      const body = JSON.stringify({ jsonrpc: "2.0", id: message.id, result: message.method === "initialize" ? { capabilities: {} } : null });
      process.stdout.write("Content-Length: " + body.length + "\\r\\n\\r\\n" + body);
    }
  });
} else if (verb === "graph") {
  require("node:fs").writeFileSync(process.argv[process.argv.indexOf("-o") + 1], "<html>the graph</html>");
} else if (verb === "explain" && process.argv[3] === "LL0000") {
  process.stderr.write("error: there is nothing named that\\nhelp: look again\\n");
  process.exitCode = 2;
} else {
  process.stdout.write("output of " + verb);
}
`;

let folder: string;
let running: RunningExtension | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "llnet-extension-"));
});

afterEach(async () => {
  await running?.deactivate();
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

test("the server of the project's llnet is started over stdio, and stopped with the extension", async () => {
  const calls = installLlnet(folder);
  const editor = await activate({ folder });
  expect(editor.messages).toEqual([]);
  expect(calls()).toEqual([["lsp", "--stdio"]]);
  await running?.deactivate();
  expect(editor.messages).toEqual([]);
});

test("all commands of the manifest are registered, with and without llnet", async () => {
  const manifest = JSON.parse(readFileSync(new URL("../../editors/vscode/package.json", import.meta.url), "utf8"));
  const contributed: string[] = manifest.contributes.commands.map(({ command }: { command: string }) => command);
  const editor = await activate({ folder });
  // `llnet.summary` is there for code lenses alone.
  expect([...editor.commands.keys()].sort()).toEqual([...contributed, "llnet.summary"].sort());
});

test("without llnet there is one message, which says what to do", async () => {
  const editor = await activate({ folder });
  expect(editor.messages).toEqual([
    "llnet was not found. Install it in your project (`npm install llnet`), or say in the setting `llnet.path` where it is.",
  ]);
});

test("nothing of a workspace that is not trusted is run", async () => {
  const calls = installLlnet(folder);
  const editor = await activate({ folder, isTrusted: false, open: join(folder, "net.llnet") });
  await editor.commands.get("llnet.showSummary")?.();
  expect(calls()).toEqual([]);
  expect(editor.messages).toEqual(["llnet cannot run. This workspace is not trusted yet."]);
});

test("the summary of the open file is shown as text, the graph as a page", async () => {
  const calls = installLlnet(folder);
  const file = join(folder, "net.llnet");
  const editor = await activate({ folder, open: file });
  await editor.commands.get("llnet.showSummary")?.();
  await editor.commands.get("llnet.showGraph")?.(`file://${file}`, "second");
  expect(editor.pages).toEqual(["output of summary", "<html>the graph</html>"]);
  const [, summary, graph] = calls();
  expect(summary).toEqual(["summary", file]);
  expect(graph?.slice(0, 6)).toEqual(["graph", file, "--model", "second", "--format", "html"]);
});

test("a page is shown for a code; where llnet has none its message is", async () => {
  installLlnet(folder);
  const editor = await activate({ folder });
  await editor.commands.get("llnet.explain")?.("LL3001");
  expect(editor.executed.map(([name]) => name)).toEqual(["markdown.showPreviewToSide"]);
  expect(editor.pages).toEqual(["output of explain"]);
  await editor.commands.get("llnet.explain")?.("LL0000");
  expect(editor.messages).toEqual(["llnet explain: error: there is nothing named that"]);
});

test("restarting starts the server again", async () => {
  const calls = installLlnet(folder);
  const editor = await activate({ folder });
  await editor.commands.get("llnet.restartServer")?.();
  await vi.waitFor(() => expect(calls()).toHaveLength(2), { timeout: 200_000 });
  expect(editor.messages).toEqual([]);
});

test("llnet is looked for above the open file, then above the folders, then in a clone", () => {
  const inner = join(folder, "models", "deep");
  mkdirSync(inner, { recursive: true });
  installLlnet(folder);
  const outer = join(folder, "node_modules/llnet/tools/cli/llnet.cjs");
  expect(findLlnet({ setting: "", folders: [], file: join(inner, "net.llnet") })).toEqual({
    kind: "script",
    path: outer,
  });
  installLlnet(join(folder, "models"));
  const nearer = join(folder, "models/node_modules/llnet/tools/cli/llnet.cjs");
  expect(findLlnet({ setting: "", folders: [folder], file: join(inner, "net.llnet") })).toEqual({
    kind: "script",
    path: nearer,
  });
  const clone = join(folder, "models/node_modules/llnet");
  expect(findLlnet({ setting: "", folders: [clone] })).toMatchObject({ kind: "script" });
});

test("the setting goes before what is installed, relative to the first folder", () => {
  installLlnet(folder);
  installLlnet(join(folder, "other"));
  writeFileSync(join(folder, "llnet-wrapper"), "");
  const launcherPath = join(folder, "other/node_modules/llnet/tools/cli/llnet.cjs");
  expect(findLlnet({ setting: "other", folders: [folder] })).toEqual({ kind: "script", path: launcherPath });
  expect(findLlnet({ setting: launcherPath, folders: [] })).toEqual({ kind: "script", path: launcherPath });
  expect(findLlnet({ setting: "llnet-wrapper", folders: [folder] })).toMatchObject({ kind: "program" });
  expect(findLlnet({ setting: "nowhere", folders: [folder] })).toMatchObject({
    kind: "missing",
    help: expect.stringContaining("does not exist"),
  });
});

/** A package named llnet whose launcher notes its calls; returns what reads them. */
function installLlnet(project: string): () => readonly (readonly string[])[] {
  const installed = join(project, "node_modules/llnet");
  mkdirSync(join(installed, "tools/cli"), { recursive: true });
  const manifest = { name: "llnet", bin: { llnet: "tools/cli/llnet.cjs" } };
  writeFileSync(join(installed, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(installed, "tools/cli/llnet.cjs"), launcher);
  writeFileSync(join(installed, "tools/cli/calls.txt"), "");
  return () => {
    const lines = readFileSync(join(installed, "tools/cli/calls.txt"), "utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line));
  };
}

async function activate(workspace: FakeWorkspace): Promise<FakeEditor> {
  running = await activateExtension(workspace);
  return running.editor;
}
