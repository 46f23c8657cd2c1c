/** The extension: starts the project's own llnet as a language server and adds a few commands. */
import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/node";
import { registerCommands } from "./commands.ts";
import { findLlnet, type Llnet } from "./find-llnet.ts";
import { serverOptions } from "./server-options.ts";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  registerCommands(context, { llnet: lookForLlnet, restart });
  context.subscriptions.push(
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("llnet.path")) void restart();
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function restart(): Promise<void> {
  await deactivate();
  await start();
}

/** Colours need no server; code of a workspace runs only where the user trusts it. */
async function start(): Promise<void> {
  if (!vscode.workspace.isTrusted) return;
  const llnet = lookForLlnet();
  if (llnet.kind === "missing") {
    await offerSetting(llnet.help);
    return;
  }
  client = new LanguageClient("llnet", "llnet", serverOptions(llnet), {
    documentSelector: [
      { language: "llnet", scheme: "file" },
      { language: "llnet", scheme: "untitled" },
    ],
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/{*.llnet,llnet.config.json}") },
  });
  try {
    await client.start();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(`The llnet language server did not start: ${reason}`);
  }
}

function lookForLlnet(): Llnet {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const open = vscode.window.activeTextEditor?.document.uri;
  const setting = vscode.workspace.getConfiguration("llnet").get<string>("path", "");
  return findLlnet({ setting, folders, ...(open?.scheme === "file" && { file: open.fsPath }) });
}

async function offerSetting(help: string): Promise<void> {
  const openSettings = "Open Settings";
  const chosen = await vscode.window.showWarningMessage(`llnet was not found. ${help}`, openSettings);
  if (chosen === openSettings) await vscode.commands.executeCommand("workbench.action.openSettings", "llnet.path");
}
