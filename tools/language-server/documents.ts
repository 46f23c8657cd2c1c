/** The open documents: what is known of each, and when what is said of it is published. */
import { TextDocument } from "vscode-languageserver-textdocument";
import { type Analysis, createAnalysis, type Snapshot } from "../../compiler/incremental/index.ts";
import type { Diagnostic, SourceHost } from "../../compiler/index.ts";
import { type LintConfiguration, readConfiguration } from "../../compiler/lint/index.ts";
import type { Clock, LanguageServerHost } from "./host.ts";

export interface OpenDocument {
  document: TextDocument;
  readonly path: string;
  readonly analysis: Analysis;
  snapshot: Snapshot;
  cancel: () => void;
}

export interface Documents {
  open(uri: string, version: number, text: string): void;
  change(uri: string, version: number, changes: readonly Change[]): void;
  close(uri: string): void;
  get(uri: string): OpenDocument | undefined;
  all(): readonly OpenDocument[];
  /** Something on disk changed: all open documents are looked at again. */
  refresh(): void;
  /** The configuration of the linter changed: nothing that was found holds. */
  restart(): void;
  sources(path: string): SourceHost;
}

type Change = Parameters<typeof TextDocument.update>[1][number];

/** How long one stretch of work may last before a waiting message is let in. */
const stretch = 5;
/** The costly rules wait until a person stops typing. */
const pause = 200;

export function createDocuments(
  host: LanguageServerHost,
  clock: Clock,
  folders: () => readonly string[],
  publish: (document: TextDocument, diagnostics: readonly Diagnostic[]) => void,
  complain: (cause: unknown) => void,
): Documents {
  const documents = new Map<string, OpenDocument>();

  function sources(path: string): SourceHost {
    const files = host.sources(path, folders());
    return {
      read(wanted) {
        for (const each of documents.values()) if (each.path === wanted) return { text: each.document.getText() };
        return files.read(wanted);
      },
    };
  }

  function configuration(): LintConfiguration | undefined {
    const text = folders().flatMap((folder) => host.configuration(folder) ?? [])[0];
    return text === undefined ? undefined : readConfiguration(text).configuration;
  }

  function add(document: TextDocument): void {
    const path = host.pathOf(document.uri);
    const wanted = configuration();
    const analysis = createAnalysis({ path, host: sources(path), ...(wanted && { configuration: wanted }) });
    const entry: OpenDocument = {
      document,
      path,
      analysis,
      snapshot: analysis.update(document.getText()),
      cancel: () => undefined,
    };
    documents.set(document.uri, entry);
    work(entry);
  }

  function update(entry: OpenDocument): void {
    entry.cancel();
    entry.snapshot = entry.analysis.update(entry.document.getText());
    work(entry);
  }

  /** Says at once what is known, then what turns up, unless a newer text makes it void. */
  function work(entry: OpenDocument): void {
    const { snapshot } = entry;
    const steps = snapshot.work();
    let isChecked = false;
    let said = 0;
    const run = (): void => {
      const end = clock.now() + stretch;
      try {
        for (;;) {
          const { value, done } = steps.next();
          if (done === true) return say();
          if (value === "checked") {
            isChecked = true;
            say();
            entry.cancel = clock.later(pause, run);
            return;
          }
          if (clock.now() >= end) break;
        }
      } catch (cause) {
        // Our mistake: what is known so far is said, and the next change starts anew.
        complain(cause);
        return say();
      }
      if (said === 0 && !isChecked) say();
      entry.cancel = clock.later(0, run);
    };
    const say = (): void => {
      said++;
      publish(entry.document, snapshot.diagnostics());
    };
    run();
  }

  /** Others may import what changed. */
  function updateOthers(changed: OpenDocument): void {
    for (const other of documents.values())
      if (other !== changed && other.snapshot.project.sources.has(changed.path)) update(other);
  }

  function refresh(): void {
    for (const entry of documents.values()) update(entry);
  }

  return {
    open(uri, version, text) {
      documents.get(uri)?.cancel();
      add(TextDocument.create(uri, "llnet", version, text));
      for (const other of documents.values()) if (other.document.uri !== uri) update(other);
    },
    change(uri, version, changes) {
      const entry = documents.get(uri);
      if (entry === undefined) return;
      entry.document = TextDocument.update(entry.document, [...changes], version);
      update(entry);
      updateOthers(entry);
    },
    close(uri) {
      const entry = documents.get(uri);
      if (entry === undefined) return;
      entry.cancel();
      documents.delete(uri);
      publish(entry.document, []);
      refresh();
    },
    get: (uri) => documents.get(uri),
    all: () => [...documents.values()],
    refresh,
    restart() {
      for (const entry of [...documents.values()]) {
        entry.cancel();
        add(entry.document);
      }
    },
    sources,
  };
}
