import { dirname, join } from "node:path";

/**
 * The files a round has read and those they import, which may not be there yet. `sources` are the texts by path, as
 * diagnostics have them.
 */
export function filesRead(sources: ReadonlyMap<string, string>): readonly string[] {
  return [...sources].flatMap(([path, text]) => [
    path,
    ...[...text.matchAll(/\bfrom\s*"(\.[^"\n]*)"/g)].map(
      ([, imported = ""]) => `${join(dirname(path), imported)}.llnet`,
    ),
  ]);
}
