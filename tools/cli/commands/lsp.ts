/** `llnet lsp`: the language server on standard input and output. The only file of it that touches the process. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createFileHost } from "../../../compiler/source/file-host.ts";
import { findPackageRoot } from "../../../compiler/source/package-root.ts";
import { createLanguageServer } from "../../language-server/create-language-server.ts";
import type { LanguageServerHost } from "../../language-server/host.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { ownVersion } from "../version.ts";

/** Serves until the editor says `exit`, or is gone. */
export async function lsp(): Promise<ExitCode> {
  const { createConnection, ProposedFeatures, StreamMessageReader, StreamMessageWriter } = await import(
    "vscode-languageserver/node"
  );
  const connection = createConnection(
    ProposedFeatures.all,
    new StreamMessageReader(process.stdin),
    new StreamMessageWriter(process.stdout),
  );
  createLanguageServer({ connection, host: createHost(), clock: { now: () => performance.now(), later } });
  connection.listen();
  return new Promise((finish) => {
    connection.onExit(() => finish(exitCodes.fine));
    process.stdin.once("end", () => finish(exitCodes.fine));
  });
}

function later(milliseconds: number, work: () => void): () => void {
  if (milliseconds === 0) {
    const turn = setImmediate(work);
    return () => clearImmediate(turn);
  }
  const timer = setTimeout(work, milliseconds);
  return () => clearTimeout(timer);
}

const mostFiles = 2000;

function createHost(): LanguageServerHost {
  const library = findPackageRoot(ownFile()) ?? ".";
  return {
    version: ownVersion,
    sources: (path, folders) => {
      const root = folders.find((folder) => path.startsWith(`${folder}/`));
      return createFileHost({ main: path, packageRoot: library, ...(root !== undefined && { root }) });
    },
    files: (folder) => llnetFiles(folder),
    pathOf: (uri) => (uri.startsWith("file:") ? slashes(fileURLToPath(uri)) : uri),
    uriOf: (path) => {
      if (/^[a-z][\w+.-]+:/i.test(path) && !/^[a-z]:/i.test(path)) return path;
      return pathToFileURL(path.startsWith("std/") ? join(library, path) : resolve(path)).href;
    },
    configuration(folder) {
      const path = join(folder, "llnet.config.json");
      return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    },
  };
}

function llnetFiles(folder: string): readonly string[] {
  const found: string[] = [];
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined && found.length < mostFiles; next = waiting.pop()) {
    let entries: ReturnType<typeof entriesOf> = [];
    try {
      entries = entriesOf(next);
    } catch {
      continue; // a folder that may not be read holds nothing for us
    }
    for (const entry of entries) {
      const path = join(next, entry.name);
      if (entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith(".")) waiting.push(path);
      else if (entry.isFile() && entry.name.endsWith(".llnet")) found.push(slashes(path));
    }
  }
  return found.sort();
}

function entriesOf(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

function slashes(path: string): string {
  return process.platform === "win32" ? path.replaceAll("\\", "/") : path;
}

/** This module's own file; a CommonJS bundle has no `import.meta.url` but a `__filename`. */
function ownFile(): string {
  const url: string | undefined = import.meta.url;
  return url !== undefined && url !== "" ? fileURLToPath(url) : __filename;
}
