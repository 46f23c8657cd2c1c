/** Files that are whole or not there, also after a crash, a full disk or a `kill -9`. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Makes a folder and those above it that are not there. Node's own way of doing so never ends on file systems that refuse
 * new folders with ENOENT, as `/proc` does; this throws the system's error.
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST" && statSync(path).isDirectory()) return;
    if (code !== "ENOENT" || statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory()) throw error;
    makeFolder(dirname(path));
    makeFolder(path);
  }
}

/** Writes a file, a text or bytes in parts, and returns when the device has it. */
export function writeDurably(path: string, content: string | readonly Uint8Array[]): void {
  const parts = typeof content === "string" ? [new TextEncoder().encode(content)] : content;
  const file = openSync(path, "w");
  try {
    for (const part of parts) {
      for (let written = 0; written < part.length; ) written += writeSync(file, part, written);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Writes a file under a temporary name and renames it: whatever bears the name is whole, the old file or the new one. */
export function replaceDurably(folder: string, name: string, content: string | readonly Uint8Array[]): void {
  const temporary = join(folder, `${name}.${process.pid}`);
  try {
    writeDurably(temporary, content);
    renameSync(temporary, join(folder, name));
    flushDirectory(folder);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Makes the names in a directory durable; a no-op where directories cannot be opened (Windows). */
export function flushDirectory(path: string): void {
  if (process.platform === "win32") return;
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
