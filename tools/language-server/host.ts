import type { SourceHost } from "../../compiler/index.ts";

/** Everything the server needs of the world; `tools/cli/commands/lsp.ts` gives it a real one, tests one in memory. */
export interface LanguageServerHost {
  readonly version: string;
  /** Where the texts of a file's imports come from, editors' buffers aside. */
  sources(path: string, folders: readonly string[]): SourceHost;
  /** Paths of all llnet files in a folder, for questions about the whole workspace. */
  files(folder: string): readonly string[];
  /** The path the compiler knows a document by; the address itself for documents that are no files. */
  pathOf(uri: string): string;
  /** The other way round; `std/heads.llnet` is the library's file. */
  uriOf(path: string): string;
  /** The text of a configuration file of the linter in a folder, where there is one. */
  configuration(folder: string): string | undefined;
}

/** Time, so that tests need not wait. */
export interface Clock {
  now(): number;
  /** Runs the work once, later; gives what cancels it. Nothing else may wait for a delay of 0 longer than one turn of the loop. */
  later(milliseconds: number, work: () => void): () => void;
}
