/**
 * The language server: requests of an editor answered from the snapshots of open documents. It touches no process, no file
 * and no clock of its own; the connection, the host and the clock are given.
 */
import {
  CodeActionKind,
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  ResponseError,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { formatText } from "../../compiler/format/index.ts";
import { answerCompletions } from "./answer-completions.ts";
import { answerCodeActions } from "./code-actions.ts";
import { signatureAt } from "./completion.ts";
import { createDocuments, type OpenDocument } from "./documents.ts";
import { hintsIn, lenses } from "./hints.ts";
import type { Clock, LanguageServerHost } from "./host.ts";
import { hoverAt } from "./hover.ts";
import { createNavigation } from "./navigation.ts";
import { folds, outline, tokenModifiers, tokens, tokenTypes } from "./outline.ts";
import { encodeTokens, offsetAt, rangeOf, toDiagnostic, toFold, toSymbol, viewOf } from "./protocol.ts";

export interface LanguageServerOptions {
  readonly connection: Connection;
  readonly host: LanguageServerHost;
  readonly clock: Clock;
}

export function createLanguageServer({ connection, host, clock }: LanguageServerOptions): void {
  let folders: readonly string[] = [];
  let watches = false;
  const complain = (cause: unknown): void =>
    connection.console.error(`internal error: ${cause instanceof Error ? cause.message : String(cause)}`);
  const documents = createDocuments(
    host,
    clock,
    () => folders,
    (document, diagnostics) => {
      void connection.sendDiagnostics({
        uri: document.uri,
        version: document.version,
        diagnostics: diagnostics.map((each) => toDiagnostic(each, document, host)),
      });
    },
    complain,
  );
  const navigation = createNavigation(documents, host, () => folders);

  /** The answer for a document; nothing for one that is not open, and nothing, with a line in the log, for our mistakes. */
  function answer<Params extends { readonly textDocument: { readonly uri: string } }, Result>(
    compute: (entry: OpenDocument, params: Params) => Result | null,
  ): (params: Params) => Result | null {
    return (params) => {
      const entry = documents.get(params.textDocument.uri);
      if (entry === undefined) return null;
      try {
        return compute(entry, params);
      } catch (cause) {
        complain(cause);
        return null;
      }
    };
  }

  connection.onInitialize((params): InitializeResult => {
    const roots = params.workspaceFolders?.map(({ uri }) => uri) ?? [params.rootUri].filter((uri) => uri !== null);
    folders = roots.map((uri) => host.pathOf(uri));
    watches = canWatch(params);
    return { serverInfo: { name: "llnet", version: host.version }, capabilities };
  });
  connection.onInitialized(() => {
    if (!watches) return;
    const watchers = [{ globPattern: "**/*.llnet" }, { globPattern: "**/llnet.config.json" }];
    void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(complain);
  });
  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => documents.open(uri, version, text));
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) =>
    documents.change(uri, version, contentChanges),
  );
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => documents.close(uri));
  connection.onDidSaveTextDocument(() => undefined);
  connection.onDidChangeWatchedFiles(({ changes }) => {
    if (changes.some(({ uri }) => uri.endsWith("llnet.config.json"))) documents.restart();
    else documents.refresh();
  });
  connection.onDidChangeConfiguration(() => documents.restart());

  connection.onHover(
    answer((entry, { position }) => {
      const found = hoverAt(viewOf(entry), entry.snapshot, offsetAt(entry, position));
      return found === undefined
        ? null
        : { contents: { kind: "markdown", value: found.text }, range: rangeOf(found.span, entry.document) };
    }),
  );
  connection.onCompletion(
    answer((entry, { position }) => answerCompletions(entry, position, documents, host, folders)),
  );
  connection.onSignatureHelp(
    answer((entry, { position }) => {
      const found = signatureAt(viewOf(entry), offsetAt(entry, position));
      if (found === undefined) return null;
      const { signature, active } = found;
      const parameters = signature.parameters.map(({ label, documentation }) => ({ label, documentation }));
      const signatures = [{ label: signature.label, documentation: signature.documentation, parameters }];
      return { signatures, activeSignature: 0, activeParameter: Math.min(active, parameters.length) };
    }),
  );
  connection.onDefinition(answer((entry, { position }) => navigation.definition(entry, offsetAt(entry, position))));
  connection.onReferences(
    answer((entry, { position, context }) =>
      navigation.references(entry, offsetAt(entry, position), context.includeDeclaration),
    ),
  );
  connection.onDocumentHighlight(
    answer((entry, { position }) =>
      navigation
        .references(entry, offsetAt(entry, position), true)
        .filter(({ uri }) => uri === entry.document.uri)
        .map(({ range }) => ({ range })),
    ),
  );
  connection.onPrepareRename(
    answer((entry, { position }) => navigation.prepareRename(entry, offsetAt(entry, position))),
  );
  connection.onRenameRequest((params) => {
    const entry = documents.get(params.textDocument.uri);
    if (entry === undefined) return null;
    const result = navigation.rename(entry, offsetAt(entry, params.position), params.newName);
    return "problem" in result ? new ResponseError(-32803, result.problem) : result;
  });
  connection.onDocumentSymbol(answer((entry) => outline(viewOf(entry)).map((item) => toSymbol(item, entry.document))));
  connection.onWorkspaceSymbol(({ query }) => navigation.workspaceSymbols(query));
  connection.onFoldingRanges(
    answer((entry) => folds(viewOf(entry)).flatMap((fold) => toFold(fold, entry.document) ?? [])),
  );
  connection.languages.semanticTokens.on(
    (params) =>
      answer((entry: OpenDocument) => encodeTokens(tokens(viewOf(entry)), entry.document))(params) ?? { data: [] },
  );
  connection.languages.semanticTokens.onRange(
    (params) =>
      answer((entry: OpenDocument) =>
        encodeTokens(
          tokens(viewOf(entry), offsetAt(entry, params.range.start), offsetAt(entry, params.range.end)),
          entry.document,
        ),
      )(params) ?? { data: [] },
  );
  connection.languages.inlayHint.on(
    answer((entry, { range }) =>
      hintsIn(entry.snapshot, offsetAt(entry, range.start), offsetAt(entry, range.end)).map(({ offset, text }) => ({
        position: entry.document.positionAt(offset),
        label: text,
      })),
    ),
  );
  connection.onCodeLens(
    answer((entry) =>
      lenses(entry.snapshot).map(({ span, title, command, model }) => ({
        range: rangeOf(span, entry.document),
        command: { title, command, arguments: [entry.document.uri, model] },
      })),
    ),
  );
  connection.onCodeAction(answer((entry, params) => answerCodeActions(entry, params)));
  connection.onDocumentFormatting(
    answer((entry) => {
      const text = entry.document.getText();
      const formatted = formatText(text, entry.path).text;
      return formatted === text ? [] : [smallestEdit(text, formatted, entry)];
    }),
  );
  connection.onShutdown(() => {
    for (const entry of documents.all()) entry.cancel();
  });
}

function canWatch({ capabilities: { workspace } }: InitializeParams): boolean {
  return workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
}

const capabilities: InitializeResult["capabilities"] = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
  hoverProvider: true,
  completionProvider: { triggerCharacters: [".", '"', "/", ":", "(", ",", " ", ">"] },
  signatureHelpProvider: { triggerCharacters: ["(", ","] },
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  foldingRangeProvider: true,
  semanticTokensProvider: {
    legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] },
    full: true,
    range: true,
  },
  inlayHintProvider: true,
  codeLensProvider: {},
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.SourceFixAll] },
  documentFormattingProvider: true,
  workspace: { workspaceFolders: { supported: true } },
};

/** Only what differs, so that cursors and folds elsewhere stay where they are. */
function smallestEdit(before: string, after: string, entry: OpenDocument) {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - start;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return {
    range: rangeOf({ start, end: before.length - tail }, entry.document),
    newText: after.slice(start, after.length - tail),
  };
}
