/** Definition, references and rename, across all files of the workspace. */
import type { Location, Range, SymbolInformation, TextEdit, WorkspaceEdit } from "vscode-languageserver";
import type { BackboneDeclaration, BackboneStatement, Span } from "../../grammar/index.ts";
import type { Documents, OpenDocument } from "./documents.ts";
import type { LanguageServerHost } from "./host.ts";
import { outline } from "./outline.ts";
import { locationIn, rangeOf, symbolKindOf, viewOf } from "./protocol.ts";
import { innermost, syntaxPath } from "./syntax-path.ts";
import { type Meaning, meaningOf, occurrenceAt, placesOf, readView, type View } from "./view.ts";

export interface Navigation {
  definition(entry: OpenDocument, offset: number): Location | null;
  references(entry: OpenDocument, offset: number, includeDefinition: boolean): Location[];
  prepareRename(entry: OpenDocument, offset: number): Range | null;
  rename(entry: OpenDocument, offset: number, name: string): WorkspaceEdit | { readonly problem: string };
  workspaceSymbols(query: string): SymbolInformation[];
}

export function createNavigation(
  documents: Documents,
  host: LanguageServerHost,
  folders: () => readonly string[],
): Navigation {
  function textOf(path: string, asked: View): string | undefined {
    if (path === asked.path) return asked.text;
    const source = documents.sources(asked.path).read(path);
    return "text" in source ? source.text : undefined;
  }

  function definition(entry: OpenDocument, offset: number): Location | null {
    const view = viewOf(entry);
    const wanted = meaningAt(view, offset) ?? unitAt(view, offset);
    const text = wanted && textOf(wanted.path, view);
    return wanted === undefined || text === undefined ? null : locationIn(wanted.path, wanted.span, text, host);
  }

  /** Every file that may name something: the workspace's, the open ones, and the one it is defined in. */
  function views(wanted: Pick<Meaning, "name" | "path">, asked: View): readonly View[] {
    const open = new Map(documents.all().map((each) => [each.path, viewOf(each)]));
    const paths = new Set([...open.keys(), ...folders().flatMap((folder) => [...host.files(folder)]), wanted.path]);
    return [...paths].flatMap((path) => {
      const known = open.get(path);
      if (known !== undefined) return [known];
      const text = textOf(path, asked);
      return text?.includes(wanted.name) ? [readView(path, text, documents.sources(path))] : [];
    });
  }

  function places(
    entry: OpenDocument,
    offset: number,
  ): { wanted: Meaning; found: { view: View; spans: readonly Span[] }[] } | undefined {
    const asked = viewOf(entry);
    const wanted = meaningAt(asked, offset);
    if (wanted === undefined) return undefined;
    const isLocal = wanted.declaration === undefined;
    const found = (isLocal ? [asked] : views(wanted, asked)).map((view) => ({ view, spans: placesOf(wanted, view) }));
    return { wanted, found };
  }

  return {
    definition,
    references(entry, offset, includeDefinition) {
      const all = places(entry, offset);
      if (all === undefined) return [];
      const { wanted, found } = all;
      return found.flatMap(({ view, spans }) =>
        spans
          .filter(({ start }) => includeDefinition || view.path !== wanted.path || start !== wanted.span.start)
          .map((span) => locationIn(view.path, span, view.text, host)),
      );
    },
    prepareRename(entry, offset) {
      const view = viewOf(entry);
      const wanted = meaningAt(view, offset);
      const found = occurrenceAt(view, offset);
      const span = found && view.toShown(found.occurrence.span);
      return wanted === undefined || span === undefined || isLibrary(wanted, host)
        ? null
        : rangeOf(span, entry.document);
    },
    rename(entry, offset, name) {
      if (!/^[A-Za-z_]\w*$/.test(name) || reserved.has(name)) return { problem: `\`${name}\` is not a name` };
      const all = places(entry, offset);
      if (all === undefined) return { problem: "there is nothing here that could be renamed" };
      if (isLibrary(all.wanted, host)) return { problem: `\`${all.wanted.name}\` is the standard library's` };
      const changes: Record<string, TextEdit[]> = {};
      for (const { view, spans } of all.found) {
        const edits = spans.map((span) => {
          const { uri, range } = locationIn(view.path, span, view.text, host);
          return { uri, edit: { range, newText: name } };
        });
        for (const { uri, edit } of edits) changes[uri] = [...(changes[uri] ?? []), edit];
      }
      return { changes };
    },
    workspaceSymbols(query) {
      const lowered = query.toLowerCase();
      const open = new Map(documents.all().map((each) => [each.path, viewOf(each)]));
      const paths = new Set([...open.keys(), ...folders().flatMap((folder) => [...host.files(folder)])]);
      return [...paths].flatMap((path) => {
        const source = open.has(path) ? undefined : documents.sources(path).read(path);
        const view =
          open.get(path) ??
          (source && "text" in source ? readView(path, source.text, documents.sources(path)) : undefined);
        if (view === undefined) return [];
        return outline(view)
          .filter((item) => item.name.toLowerCase().includes(lowered))
          .map((item) => ({
            name: item.name,
            kind: symbolKindOf(item),
            location: locationIn(path, item.nameSpan, view.text, host),
          }));
      });
    },
  };
}

const reserved = new Set([
  "let",
  "if",
  "else",
  "for",
  "in",
  "match",
  "return",
  "true",
  "false",
  "and",
  "or",
  "not",
  "_",
]);

/** Whether a meaning is at home in the standard library, by its own path or by that of a file opened from there. */
function isLibrary({ path }: Meaning, host: LanguageServerHost): boolean {
  const home = host.pathOf(host.uriOf("std/heads.llnet")).replace(/heads\.llnet$/, "");
  return path.startsWith("std/") || (home !== "" && path.startsWith(home));
}

function meaningAt(view: View, offset: number): Meaning | undefined {
  const found = occurrenceAt(view, offset);
  return found && meaningOf(found.occurrence, found.declaration, view);
}

/** `stage[1].block[2]` in a split: the line of the backbone that makes it. */
function unitAt(view: View, offset: number): Pick<Meaning, "path" | "span"> | undefined {
  const { main } = view.project;
  const path = syntaxPath(main.tree, view.toKept(offset));
  const address = innermost(path, "Address");
  const value = innermost(path, "Model")?.items.find((item) => item.kind === "UseBackbone")?.value;
  const callee = value?.kind === "Call" ? value.callee : value;
  const used = callee?.kind === "Reference" ? main.values.get(callee.name) : undefined;
  if (address === undefined || used?.declaration.kind !== "Backbone") return undefined;
  const names = address.parts.map(({ name }) => name.text);
  const found = findUnit((used.declaration as BackboneDeclaration).body, names);
  const span = found && (used.file.path === view.path ? view.toShown(found) : found);
  return span && { path: used.file.path, span };
}

function findUnit(statements: readonly BackboneStatement[], names: readonly string[]): Span | undefined {
  for (const statement of statements) {
    switch (statement.kind) {
      case "Unit":
      case "Group": {
        const own = statement.address.parts.map(({ name }) => name.text);
        if (!own.every((name, index) => name === names[index])) break;
        if (own.length === names.length) return statement.address.span;
        if (statement.kind === "Group") return findUnit(statement.body, names.slice(own.length));
        break;
      }
      case "For": {
        const found = findUnit(statement.body, names);
        if (found !== undefined) return found;
        break;
      }
      case "IfStatement": {
        const found = findUnit([...statement.then, ...statement.else], names);
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}
