import { renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "../../runtime/train/loop/index.ts";

/**
 * Writes files below a directory so that none is ever seen half written: all of them under temporary names first, then
 * each is renamed. Returns the system's error where the disk does not take them; nothing has changed then.
 */
export function writeFiles(
  directory: string,
  files: readonly { readonly path: string; readonly text: string | Uint8Array }[],
): { readonly code: string } | undefined {
  const planned = files.map(({ path, text }) => ({
    text,
    target: join(directory, path),
    temporary: join(directory, `${path}.${process.pid}`),
  }));
  try {
    for (const { target, temporary, text } of planned) {
      makeFolder(dirname(target));
      writeFileSync(temporary, text);
    }
    for (const { target, temporary } of planned) renameSync(temporary, target);
    return undefined;
  } catch (error) {
    for (const { temporary } of planned) removeQuietly(temporary);
    if (error instanceof Error && "code" in error && typeof error.code === "string") return { code: error.code };
    throw error;
  }
}

/** The error at hand says more than one of clearing up would. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It was never written.
  }
}
