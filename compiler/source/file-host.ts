/** The only place of the compiler that reads files. */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findPackageRoot } from "./package-root.ts";
import type { SourceHost, SourceProblem, SourceText } from "./source-host.ts";

export interface FileHostOptions {
  /** The file being compiled: its folder may be read even where it lies outside the project's folder. */
  readonly main?: string;
  /** The project's folder: nothing outside is read. Default: the working folder. */
  readonly root?: string;
  /** llnet's own package folder, which holds `std/`. Default: found from this module's place. */
  readonly packageRoot?: string;
}

const largestFile = 4 * 1024 * 1024;

export function createFileHost(options: FileHostOptions = {}): SourceHost {
  const root = resolve(options.root ?? ".");
  const roots =
    options.main === undefined ? [root] : [root, dirname(resolve(options.main)), dirname(real(resolve(options.main)))];
  let library: string | undefined;
  const packageRoot = (): string => {
    library ??= options.packageRoot ?? findPackageRoot(ownFile()) ?? "";
    return library;
  };

  return {
    read(path) {
      if (path.startsWith("std/")) {
        const library = packageRoot();
        const standard = library === "" ? missing : readText(resolve(library, path));
        if ("text" in standard || standard.problem !== "missing") return standard;
      }
      const absolute = resolve(path);
      if (!isInside(absolute, roots)) return { problem: "outside", reason: "it lies outside the project" };
      return readText(absolute, roots);
    },
    library: () => (packageRoot() === "" ? [] : listLibrary(resolve(packageRoot(), "std"))),
  };
}

function listLibrary(folder: string): string[] {
  try {
    const files = readdirSync(folder).filter((name) => name.endsWith(".llnet"));
    return files.map((name) => `std/${name.slice(0, -".llnet".length)}`).sort();
  } catch {
    return []; // a library that cannot be read is reported where it is imported
  }
}

const missing: SourceProblem = { problem: "missing", reason: "it does not exist" };

function readText(path: string, roots?: readonly string[]): SourceText | SourceProblem {
  try {
    const status = statSync(path);
    if (status.isDirectory()) return { problem: "folder", reason: "it is a folder" };
    if (!status.isFile()) return { problem: "unreadable", reason: "it is not an ordinary file" };
    if (status.size > largestFile) return { problem: "too_large", reason: "it is larger than 4 MB" };
    // A link may lead out of the project although its own path does not.
    if (roots && !isInside(realpathSync(path), roots.map(real)))
      return { problem: "outside", reason: "it links to a file outside the project" };
    const bytes = readFileSync(path);
    if (bytes.includes(0)) return { problem: "binary", reason: "it is not text" };
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes)) };
  } catch (cause) {
    return problemOf(cause);
  }
}

function problemOf(cause: unknown): SourceProblem {
  if (cause instanceof TypeError) return { problem: "binary", reason: "it is not UTF-8 text" };
  const code = (cause as { code?: string }).code;
  if (code === "ENOENT" || code === "ENOTDIR") return missing;
  if (code === "EACCES" || code === "EPERM") return { problem: "unreadable", reason: "permission denied" };
  return { problem: "unreadable", reason: code === undefined ? "reading failed" : `reading failed (${code})` };
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function isInside(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => {
    const way = relative(root, path);
    return !isAbsolute(way) && way !== ".." && !way.startsWith("../") && !way.startsWith("..\\");
  });
}

/** This module's own file; a CommonJS bundle has no `import.meta.url` but a `__filename`. */
function ownFile(): string {
  const url: string | undefined = import.meta.url;
  if (url !== undefined && url !== "") return fileURLToPath(url);
  return typeof __filename === "string" ? __filename : resolve("index.js");
}
