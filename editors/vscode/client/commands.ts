import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Llnet } from "./find-llnet.ts";
import { type Output, runLlnet } from "./run-llnet.ts";
import { createTextPages, type TextPages } from "./text-pages.ts";

export interface CommandHost {
  readonly llnet: () => Llnet;
  readonly restart: () => Promise<void>;
}

/** Every command takes a file's address and a model's name, as a code lens gives them; without, the open file. */
export function registerCommands(context: vscode.ExtensionContext, host: CommandHost): void {
  const pages = createTextPages();
  const register = (name: string, action: (...values: readonly unknown[]) => Promise<void>) =>
    context.subscriptions.push(vscode.commands.registerCommand(name, action));
  context.subscriptions.push(pages);
  const showSummary = showText(host, pages, "summary");
  register("llnet.showSummary", showSummary);
  // The server's code lenses know these two.
  register("llnet.summary", showSummary);
  register("llnet.isolation", showText(host, pages, "isolation"));
  register("llnet.showGraph", (address, model) => showGraph(host, address, model));
  register("llnet.explain", (topic) => explain(host, pages, topic));
  register("llnet.restartServer", host.restart);
}

/** Runs the command of that name, and shows beside the file what it says. */
function showText(host: CommandHost, pages: TextPages, command: "summary" | "isolation") {
  return async (address: unknown, model: unknown): Promise<void> => {
    const target = await savedFile(address);
    if (target === undefined) return;
    const result = await run(host, [command, target, ...modelOption(model)], dirname(target));
    if (result !== undefined) await pages.show(`${command}.txt`, result.out, vscode.ViewColumn.Beside);
  };
}

async function showGraph(host: CommandHost, address: unknown, model: unknown): Promise<void> {
  const target = await savedFile(address);
  if (target === undefined) return;
  const folder = await mkdtemp(join(tmpdir(), "llnet-graph-"));
  try {
    const page = join(folder, "graph.html");
    const words = ["graph", target, ...modelOption(model), "--format", "html", "-o", page];
    if ((await run(host, words, dirname(target))) === undefined) return;
    const panel = vscode.window.createWebviewPanel("llnet.graph", "llnet graph", vscode.ViewColumn.Beside, {
      enableScripts: true,
      localResourceRoots: [],
    });
    panel.webview.html = await readFile(page, "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function explain(host: CommandHost, pages: TextPages, topic: unknown): Promise<void> {
  const wanted = typeof topic === "string" ? topic : await askForTopic();
  if (wanted === undefined || wanted.trim() === "") return;
  const result = await run(host, ["explain", wanted.trim()], undefined);
  if (result !== undefined) await pages.showMarkdown(`${wanted.trim()}.md`, result.out);
}

/** The codes of the open file, those under the cursor first; or what the user types. */
async function askForTopic(): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const cursor = editor?.selection.active;
  const found = editor === undefined ? [] : vscode.languages.getDiagnostics(editor.document.uri);
  const isHere = (range: vscode.Range) => cursor !== undefined && range.contains(cursor);
  const sorted = [...found].sort((one, other) => Number(isHere(other.range)) - Number(isHere(one.range)));
  const codes = new Map(sorted.map(({ code, message }) => [codeText(code), message]));
  codes.delete("");
  if (codes.size === 0) {
    return vscode.window.showInputBox({ prompt: "A diagnostic's code or a rule's name", placeHolder: "LL3001" });
  }
  const items = [...codes].map(([label, description]) => ({ label, description }));
  return (await vscode.window.showQuickPick(items, { placeHolder: "Which one?" }))?.label;
}

function codeText(code: vscode.Diagnostic["code"]): string {
  if (code === undefined) return "";
  return String(typeof code === "object" ? code.value : code);
}

async function run(
  host: CommandHost,
  words: readonly string[],
  folder: string | undefined,
): Promise<Output | undefined> {
  const llnet = host.llnet();
  if (llnet.kind === "missing" || !vscode.workspace.isTrusted) {
    const help = llnet.kind === "missing" ? llnet.help : "This workspace is not trusted yet.";
    void vscode.window.showWarningMessage(`llnet cannot run. ${help}`);
    return undefined;
  }
  const result = await runLlnet(llnet, words, folder ?? process.cwd());
  if (result.exitCode === 0) return result;
  const [first = "it gave no reason"] = result.error.trim().split("\n");
  void vscode.window.showErrorMessage(`llnet ${words[0]}: ${first}`);
  return undefined;
}

/** The path of the file, with what is in the editor on the disk. */
async function savedFile(address: unknown): Promise<string | undefined> {
  const wanted = typeof address === "string" ? vscode.Uri.parse(address) : vscode.window.activeTextEditor?.document.uri;
  if (wanted?.scheme !== "file") {
    void vscode.window.showWarningMessage("Open and save an .llnet file first.");
    return undefined;
  }
  await (await vscode.workspace.openTextDocument(wanted)).save();
  return wanted.fsPath;
}

function modelOption(model: unknown): readonly string[] {
  return typeof model === "string" ? ["--model", model] : [];
}
