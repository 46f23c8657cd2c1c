/** From the compiler's values to the protocol's. */
import {
  DiagnosticSeverity,
  DiagnosticTag,
  type DocumentSymbol,
  type FoldingRange,
  type Location,
  type Position,
  type Diagnostic as ProtocolDiagnostic,
  type Range,
  SymbolKind,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Diagnostic } from "../../compiler/index.ts";
import type { Span } from "../../grammar/index.ts";
import type { OpenDocument } from "./documents.ts";
import type { LanguageServerHost } from "./host.ts";
import { type OutlineItem, type Token, tokenModifiers, tokenTypes } from "./outline.ts";
import type { View } from "./view.ts";

export function viewOf({ snapshot }: OpenDocument): View {
  const { path, text, project, layout } = snapshot;
  return { path, text, project, toShown: layout.spanToShown, toKept: layout.toKept };
}

export function offsetAt({ document }: OpenDocument, position: Position): number {
  return document.offsetAt(position);
}

export function rangeOf({ start, end }: Span, document: TextDocument): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

export function locationIn(path: string, span: Span, text: string, host: LanguageServerHost): Location {
  const document = TextDocument.create("", "llnet", 0, text);
  return { uri: host.uriOf(path), range: rangeOf(span, document) };
}

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
} as const;

export function toDiagnostic(
  diagnostic: Diagnostic,
  document: TextDocument,
  host: LanguageServerHost,
): ProtocolDiagnostic {
  const { code, name, severity, message, primary, related, help } = diagnostic;
  const isHere = host.uriOf(primary.place.file) === document.uri || primary.place.file === host.pathOf(document.uri);
  const lines = [
    message,
    ...(primary.text === "" ? [] : [primary.text]),
    ...(help === undefined ? [] : [`help: ${help}`]),
  ];
  const others = related.filter(({ place }) => host.pathOf(document.uri) === place.file);
  return {
    // What is wrong in an import is said at the beginning of the file.
    range: isHere ? rangeOf(primary.place, document) : rangeOf({ start: 0, end: 0 }, document),
    severity: severities[severity],
    code,
    source: "llnet",
    message: isHere ? lines.join("\n") : `${primary.place.file}: ${lines.join("\n")}`,
    data: { name },
    ...(name.startsWith("unused-") && { tags: [DiagnosticTag.Unnecessary] }),
    ...(isHere &&
      others.length > 0 && {
        relatedInformation: others.map(({ place, text }) => ({
          location: { uri: document.uri, range: rangeOf(place, document) },
          message: text === "" ? name : text,
        })),
      }),
  };
}

const symbolKinds: Readonly<Record<OutlineItem["kind"], SymbolKind>> = {
  Let: SymbolKind.Constant,
  Function: SymbolKind.Function,
  Block: SymbolKind.Function,
  Head: SymbolKind.Class,
  Backbone: SymbolKind.Class,
  Recipe: SymbolKind.Struct,
  Model: SymbolKind.Module,
  Ablate: SymbolKind.Event,
  Unit: SymbolKind.Field,
  Group: SymbolKind.Namespace,
  Loss: SymbolKind.Property,
};

export function symbolKindOf(item: OutlineItem): SymbolKind {
  return symbolKinds[item.kind];
}

export function toSymbol(item: OutlineItem, document: TextDocument): DocumentSymbol {
  return {
    name: item.name,
    kind: symbolKindOf(item),
    range: rangeOf(item.span, document),
    selectionRange: rangeOf(item.nameSpan, document),
    children: item.children.map((child) => toSymbol(child, document)),
  };
}

export function toFold(
  { span, kind }: { readonly span: Span; readonly kind?: "imports" | "comment" },
  document: TextDocument,
): FoldingRange | undefined {
  const { start, end } = rangeOf(span, document);
  if (end.line <= start.line) return undefined;
  return { startLine: start.line, endLine: end.line, ...(kind !== undefined && { kind }) };
}

/** Five numbers per token, relative to the one before. */
export function encodeTokens(tokens: readonly Token[], document: TextDocument): { data: number[] } {
  const data: number[] = [];
  let line = 0;
  let character = 0;
  for (const { span, type, modifiers } of tokens) {
    const at = document.positionAt(span.start);
    const bits = modifiers.reduce((sum, modifier) => sum | (1 << tokenModifiers.indexOf(modifier)), 0);
    const column = at.line === line ? at.character - character : at.character;
    data.push(at.line - line, column, span.end - span.start, tokenTypes.indexOf(type), bits);
    ({ line, character } = at);
  }
  return { data };
}
