import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  type Position,
  type TextEdit,
} from "vscode-languageserver";
import { type CompletionSources, completionsAt, type Suggestion } from "./completion.ts";
import type { Documents, OpenDocument } from "./documents.ts";
import type { LanguageServerHost } from "./host.ts";
import { viewOf } from "./protocol.ts";
import { readView, type View } from "./view.ts";

const kinds: Readonly<Record<Suggestion["kind"], CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  operation: CompletionItemKind.Method,
  function: CompletionItemKind.Function,
  head: CompletionItemKind.Class,
  backbone: CompletionItemKind.Class,
  recipe: CompletionItemKind.Struct,
  model: CompletionItemKind.Module,
  value: CompletionItemKind.Value,
  argument: CompletionItemKind.Property,
  unit: CompletionItemKind.Field,
  file: CompletionItemKind.File,
  field: CompletionItemKind.Field,
};

export function answerCompletions(
  entry: OpenDocument,
  position: Position,
  documents: Documents,
  host: LanguageServerHost,
  folders: readonly string[],
): CompletionItem[] {
  const view = viewOf(entry);
  const offset = entry.document.offsetAt(position);
  const sources = sourcesFor(entry, view, documents, host, folders);
  const suggestions = new Map(completionsAt(view, offset, sources).map((each) => [each.label, each]));
  return [...suggestions.values()].map((each, index): CompletionItem => {
    const imported = each.importFrom === undefined ? undefined : importOf(each.label, each.importFrom, entry);
    return {
      label: each.label,
      kind: kinds[each.kind],
      sortText: String(index).padStart(4, "0"),
      insertTextFormat: InsertTextFormat.PlainText,
      ...(each.insert !== undefined && { insertText: each.insert }),
      ...(each.detail !== undefined && { detail: each.detail }),
      ...(each.documentation !== undefined && { documentation: { kind: "markdown", value: each.documentation } }),
      ...(imported && { additionalTextEdits: [imported], labelDetails: { description: each.importFrom } }),
    };
  });
}

/** The standard library's files, read once. */
const library = new WeakMap<LanguageServerHost, readonly View[]>();

function sourcesFor(
  entry: OpenDocument,
  view: View,
  documents: Documents,
  host: LanguageServerHost,
  folders: readonly string[],
): CompletionSources {
  const files = documents.sources(entry.path);
  const open = (path: string): View | undefined => {
    const source = files.read(path);
    return "text" in source ? readView(path, source.text, files) : undefined;
  };
  const home = host.pathOf(host.uriOf("std/heads.llnet")).replace(/heads\.llnet$/, "");
  const names = (): string[] => host.files(home).map((path) => `std/${path.slice(path.lastIndexOf("/") + 1)}`);
  const standard = (): readonly View[] => {
    const known = library.get(host) ?? names().flatMap((path) => open(path) ?? []);
    library.set(host, known);
    return known;
  };
  const folder = entry.path.slice(0, entry.path.lastIndexOf("/") + 1);
  return {
    library: () => standard().map(({ project }) => project.main),
    open: (from) => {
      const path = from.startsWith("std/") ? `${from}.llnet` : `${folder}${from.replace(/^\.\//, "")}.llnet`;
      return open(path)?.project.main;
    },
    importable: () => [
      ...standard().map(({ path }) => path.replace(/\.llnet$/, "")),
      ...folders
        .flatMap((each) => [...host.files(each)])
        .filter((path) => path.startsWith(folder) && path !== entry.path)
        .map((path) => `./${path.slice(folder.length).replace(/\.llnet$/, "")}`),
    ],
    addresses: (offset) => {
      const kept = view.toKept(offset);
      const { models } = view.project.main;
      const model =
        models.find(({ span }) => span.start <= kept && kept <= span.end) ??
        models.findLast(({ span }) => span.start <= kept);
      return model === undefined ? [] : entry.snapshot.unitAddresses(model);
    },
  };
}

/** Adds a name to the import of that file, or a new import behind the last one. */
function importOf(name: string, from: string, { document, snapshot }: OpenDocument): TextEdit | undefined {
  const { tree, layout } = snapshot;
  const imports = tree.declarations.filter((each) => each.kind === "Import");
  const same = imports.find((each) => each.from === from)?.names.at(-1);
  const last = imports.at(-1);
  const end = layout.toShown(same?.span.end ?? last?.span.end ?? 0) ?? 0;
  const at = document.positionAt(end);
  const line = `import { ${name} } from "${from}"`;
  const newText = same !== undefined ? `, ${name}` : last !== undefined ? `\n${line}` : `${line}\n\n`;
  return { range: { start: at, end: at }, newText };
}
