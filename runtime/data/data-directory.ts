import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { constants, gunzip } from "node:zlib";
import type { DataError } from "./data-error.ts";
import { dataError } from "./data-error.ts";
import type { DataFile } from "./dataset.ts";
import { nearNames } from "./near-names.ts";

/** A file found and read: its content after decompression, and what is on disk. */
export interface LoadedFile {
  readonly path: string;
  readonly content: Uint8Array;
  /** True if the compressed stream ended before its end mark, so that `content` is only a beginning. */
  readonly cut: boolean;
  readonly file: DataFile;
}

export interface DataDirectory {
  /** Reads the first of `names` that exists; `help` says where such a file comes from. */
  load(names: readonly string[], help: string): Promise<LoadedFile | DataError>;
  /** The same, where the file may be absent. */
  loadIfPresent(names: readonly string[]): Promise<LoadedFile | DataError | null>;
}

/**
 * Lists a directory of data files, or the first of its `nested` subdirectories that exists and has files (the original
 * archives unpack into one, and people name either).
 */
export async function openDataDirectory(
  directory: string,
  nested: readonly string[],
): Promise<DataDirectory | DataError> {
  let path = directory;
  const entries = await list(path);
  if (!Array.isArray(entries)) return entries;
  let names = entries;
  for (const inner of nested) {
    const innerNames = names.includes(inner.split("/")[0] as string) ? await list(join(directory, inner)) : [];
    if (Array.isArray(innerNames) && innerNames.length > 0) {
      path = join(directory, inner);
      names = innerNames;
      break;
    }
  }

  async function loadIfPresent(wanted: readonly string[]): Promise<LoadedFile | DataError | null> {
    const name = wanted.find((candidate) => names.includes(candidate));
    return name === undefined ? null : readDataFile(join(path, name), name);
  }

  async function load(wanted: readonly string[], help: string): Promise<LoadedFile | DataError> {
    return (await loadIfPresent(wanted)) ?? missing(path, wanted, names, help);
  }

  return { load, loadIfPresent };
}

function missing(path: string, wanted: readonly string[], names: readonly string[], help: string): DataError {
  const near = [...new Set(wanted.flatMap((name) => nearNames(name, names)))].slice(0, 3);
  const found =
    near.length > 0
      ? `; similar names there: ${quote(near)}`
      : names.length === 0
        ? "; the directory is empty"
        : `; it holds ${quote(names.slice(0, 3))}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`;
  return dataError("LL8003", path, `found no file ${wanted.map((name) => `\`${name}\``).join(" or ")}${found}`, help);
}

function quote(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

async function list(path: string): Promise<string[] | DataError> {
  try {
    return (await readdir(path)).sort();
  } catch (cause) {
    const code = errorCode(cause);
    if (code === "ENOENT") {
      return dataError("LL8003", path, "the data directory does not exist", "check the path after the dataset's name");
    }
    if (code === "ENOTDIR") {
      return dataError(
        "LL8004",
        path,
        "expected a directory, found a file",
        "name the directory that holds the data files",
      );
    }
    return dataError("LL8004", path, `cannot list the data directory (${code})`, "check its permissions");
  }
}

async function readDataFile(path: string, name: string): Promise<LoadedFile | DataError> {
  let bytes: Uint8Array;
  try {
    if ((await stat(path)).isDirectory()) {
      return dataError("LL8004", path, "expected a file, found a directory", "put the data file itself there");
    }
    bytes = asBytes(await readFile(path));
  } catch (cause) {
    return dataError(
      "LL8004",
      path,
      `cannot read the data file (${errorCode(cause)})`,
      "check its permissions and the disk",
    );
  }
  const file = { name, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
  if (!name.endsWith(".gz")) return { path, content: bytes, cut: false, file };
  try {
    return { path, content: await inflate(bytes, false), cut: false, file };
  } catch (cause) {
    if (errorCode(cause) === "Z_BUF_ERROR") {
      return { path, content: await inflate(bytes, true), cut: true, file };
    }
    const help =
      bytes[0] === 0x1f && bytes[1] === 0x8b ? "download it again" : "it is not compressed: drop `.gz` from its name";
    return dataError("LL8004", path, `cannot decompress the data file (${errorCode(cause)})`, help);
  }
}

function inflate(bytes: Uint8Array, partly: boolean): Promise<Uint8Array> {
  const options = partly ? { finishFlush: constants.Z_SYNC_FLUSH } : {};
  return new Promise((resolve, reject) => {
    gunzip(bytes, options, (error, content) => (error === null ? resolve(asBytes(content)) : reject(error)));
  });
}

function asBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

function errorCode(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
}
