import * as vscode from "vscode";

/** Texts that are shown and belong to no file. */
export interface TextPages extends vscode.Disposable {
  readonly show: (name: string, text: string, column: vscode.ViewColumn) => Promise<void>;
  readonly showMarkdown: (name: string, text: string) => Promise<void>;
}

export function createTextPages(): TextPages {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const registration = vscode.workspace.registerTextDocumentContentProvider("llnet", {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => texts.get(uri.path) ?? "",
  });
  const keep = (name: string, text: string) => {
    const uri = vscode.Uri.from({ scheme: "llnet", path: `/${name}` });
    texts.set(uri.path, text);
    changed.fire(uri);
    return uri;
  };
  return {
    async show(name, text, column) {
      const document = await vscode.workspace.openTextDocument(keep(name, text));
      await vscode.window.showTextDocument(document, { viewColumn: column, preview: true, preserveFocus: true });
    },
    async showMarkdown(name, text) {
      await vscode.commands.executeCommand("markdown.showPreviewToSide", keep(name, text));
    },
    dispose() {
      registration.dispose();
      changed.dispose();
    },
  };
}
