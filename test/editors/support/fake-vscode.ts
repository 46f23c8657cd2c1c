/** Enough of the editor's API to start the extension in: what it registers, says and reads is kept. */
export interface FakeEditor {
  readonly api: object;
  readonly commands: ReadonlyMap<string, (...values: readonly unknown[]) => unknown>;
  readonly messages: readonly string[];
  /** Commands of the editor that the extension ran, with their arguments. */
  readonly executed: readonly (readonly unknown[])[];
  readonly pages: readonly string[];
  /** What servers say of each file, by its address. */
  readonly diagnostics: ReadonlyMap<string, readonly FakeDiagnostic[]>;
  /** What the code lenses of a file would run. */
  lenses(path: string): Promise<readonly FakeLens[]>;
}

export interface FakeDiagnostic {
  readonly message: string;
  readonly code: unknown;
  readonly range: { readonly start: { readonly line: number } };
}

export interface FakeLens {
  readonly command: { readonly command: string; readonly title: string; readonly arguments: readonly unknown[] };
}

export interface FakeWorkspace {
  readonly folder: string;
  readonly isTrusted?: boolean;
  readonly setting?: string;
  /** Path of the file in front of the user. */
  readonly open?: string;
  /** What it holds; then servers are told of it. */
  readonly text?: string;
}

export function createFakeEditor({ folder, isTrusted = true, setting = "", open, text }: FakeWorkspace): FakeEditor {
  const commands = new Map<string, (...values: readonly unknown[]) => unknown>();
  const messages: string[] = [];
  const executed: (readonly unknown[])[] = [];
  const pages: string[] = [];
  let provider: { provideTextDocumentContent: (uri: unknown) => string } | undefined;
  const say = async (message: string) => {
    messages.push(message);
    return undefined;
  };
  const disposable = { dispose: () => undefined };
  const uriOf = (fsPath: string) => ({ scheme: "file", fsPath, path: fsPath, toString: () => `file://${fsPath}` });
  const documentOf = (path: string, content: string) => ({
    uri: uriOf(path),
    languageId: "llnet",
    version: 1,
    getText: () => content,
  });
  const diagnostics = new Map<string, readonly FakeDiagnostic[]>();
  const lensProviders: { provideCodeLenses: (document: object, token: object) => Promise<readonly FakeLens[]> }[] = [];
  const known: Readonly<Record<string, unknown>> = {
    version: "1.91.0",
    ViewColumn: { Beside: -2 },
    Uri: {
      parse: (text: string) => uriOf(text.replace("file://", "")),
      from: (parts: object) => parts,
      file: uriOf,
    },
    EventEmitter: class {
      readonly event = () => disposable;
      fire() {}
      dispose() {}
    },
    Position,
    Range,
    Diagnostic,
    CodeLens,
    DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
    CancellationTokenSource: class {
      readonly token = noToken;
      cancel() {}
      dispose() {}
    },
    languages: anything({
      match: (_selector: unknown, { languageId }: { languageId: string }) => (languageId === "llnet" ? 10 : 0),
      createDiagnosticCollection: () => ({
        set: (uri: object, found: readonly FakeDiagnostic[]) => diagnostics.set(String(uri), found),
        delete: (uri: object) => diagnostics.delete(String(uri)),
        clear: () => diagnostics.clear(),
        dispose: () => undefined,
      }),
      registerCodeLensProvider: (_selector: unknown, provider: (typeof lensProviders)[number]) => {
        lensProviders.push(provider);
        return disposable;
      },
    }),
    env: anything({ appName: "test", language: "en" }),
    commands: anything({
      registerCommand: (name: string, action: () => unknown) => {
        commands.set(name, action);
        return disposable;
      },
      executeCommand: async (...words: readonly unknown[]) => {
        executed.push(words);
        const [, uri] = words;
        if (provider !== undefined && uri !== undefined) pages.push(provider.provideTextDocumentContent(uri));
      },
    }),
    window: anything({
      showWarningMessage: say,
      showErrorMessage: say,
      showTextDocument: async (document: { text: string }) => pages.push(document.text),
      createWebviewPanel: () => ({
        webview: {
          set html(text: string) {
            pages.push(text);
          },
        },
      }),
      activeTextEditor: open === undefined ? undefined : { document: { uri: uriOf(open) } },
      visibleTextEditors: [],
      tabGroups: anything({ all: [] }),
    }),
    workspace: anything({
      isTrusted,
      workspaceFolders: [{ uri: uriOf(folder), name: "test", index: 0 }],
      getConfiguration: () =>
        anything({ get: (name: string, otherwise: unknown) => (name === "path" ? setting : otherwise) }),
      registerTextDocumentContentProvider: (_scheme: string, given: typeof provider) => {
        provider = given;
        return disposable;
      },
      openTextDocument: async (uri: { scheme: string }) => ({
        text: uri.scheme === "llnet" ? (provider?.provideTextDocumentContent(uri) ?? "") : "",
        save: async () => true,
      }),
      textDocuments: open === undefined || text === undefined ? [] : [documentOf(open, text)],
      notebookDocuments: [],
    }),
  };
  return {
    api: asModule(anything({ ...known, __esModule: true })),
    commands,
    messages,
    executed,
    pages,
    diagnostics,
    async lenses(path) {
      const all = await Promise.all(
        lensProviders.map((each) => each.provideCodeLenses(documentOf(path, text ?? ""), noToken)),
      );
      return all.flat();
    },
  };
}

const noToken = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) };

class Position {
  constructor(line: number, character: number) {
    Object.assign(this, { line, character });
  }
}

class Range {
  constructor(...corners: readonly unknown[]) {
    const [first, second, third, fourth] = corners;
    const isNumbers = typeof first === "number";
    Object.assign(this, {
      start: isNumbers ? new Position(first, second as number) : first,
      end: isNumbers ? new Position(third as number, fourth as number) : second,
    });
  }
}

class Diagnostic {
  constructor(range: unknown, message: string, severity: unknown) {
    Object.assign(this, { range, message, severity });
  }
}

class CodeLens {
  constructor(range: unknown, command: unknown) {
    Object.assign(this, { range, command });
  }
}

/** Bundlers copy a module's own names and keep its prototype: so names made on demand must come from there. */
function asModule(api: object): object {
  return new Proxy(api, { getPrototypeOf: () => api });
}

/** The given members, and for every other name something that can be called, extended or read in turn. */
function anything(members: Readonly<Record<string, unknown>>): object {
  const base = class {
    dispose() {}
  };
  return new Proxy(base, {
    get(target, name) {
      if (typeof name === "string" && name in members) return members[name];
      if (name === "prototype") return target.prototype;
      // Neither a promise nor a list.
      if (name === "then" || typeof name === "symbol") return undefined;
      return anything({});
    },
    apply: () => anything({}),
    has: (_target, name) => name in members,
  });
}
