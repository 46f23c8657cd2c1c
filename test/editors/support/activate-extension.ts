import { createRequire } from "node:module";
import { createFakeEditor, type FakeEditor, type FakeWorkspace } from "./fake-vscode.ts";

export interface RunningExtension {
  readonly editor: FakeEditor;
  readonly deactivate: () => Promise<void>;
}

interface Extension {
  readonly activate: (context: { subscriptions: { dispose: () => void }[] }) => Promise<void>;
  readonly deactivate: () => Promise<void>;
}

let bundle: string | undefined;

/** Loads the extension's bundle as the editor does, with our editor in place of its own. */
export async function activateExtension(workspace: FakeWorkspace): Promise<RunningExtension> {
  bundle ??= await readBundle();
  const editor = createFakeEditor(workspace);
  const ownRequire = createRequire(import.meta.url);
  const module: { exports: Partial<Extension> } = { exports: {} };
  const load = new Function("require", "module", "exports", bundle);
  load((name: string) => (name === "vscode" ? editor.api : ownRequire(name)), module, module.exports);
  const { activate, deactivate } = module.exports;
  if (activate === undefined || deactivate === undefined) throw new Error("the bundle exports no extension");
  await activate({ subscriptions: [] });
  return { editor, deactivate };
}

async function readBundle(): Promise<string> {
  const script = new URL("../../../scripts/package-vscode.mjs", import.meta.url).href;
  const { extensionFiles }: { extensionFiles: () => Promise<Map<string, Buffer>> } = await import(script);
  return (await extensionFiles()).get("dist/extension.js")?.toString() ?? "";
}
