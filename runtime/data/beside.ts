import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The file this code runs from: a source, a compiled module, or (CommonJS) the bundle that swallowed both. */
export function thisFile(): string {
  const url = import.meta.url as string | undefined;
  return url ? fileURLToPath(url) : __filename;
}

/**
 * Finds a file of this room: beside the running code (source tree, `dist/`), else, for a bundle that lies elsewhere in
 * the package, in the compiled and then in the source room. Null if there is none.
 */
export function findBeside(...names: readonly string[]): string | null {
  const here = dirname(thisFile());
  const rooms = [
    here,
    ...[".", "..", "../.."].flatMap((up) => ["dist/runtime/data", "runtime/data"].map((room) => join(up, room))),
  ];
  for (const room of rooms) {
    for (const name of names) {
      const path = resolve(here, room, name);
      if (existsSync(path)) return path;
    }
  }
  return null;
}
