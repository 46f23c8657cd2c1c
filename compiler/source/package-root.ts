import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The folder of llnet's own package, found by walking up from a file of it to the `package.json` named `llnet`: the same
 * from sources, from `dist/compiler/…` and from one bundled file.
 */
export function findPackageRoot(from: string): string | undefined {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && nameIn(manifest) === "llnet") return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

function nameIn(manifest: string): unknown {
  try {
    return (JSON.parse(readFileSync(manifest, "utf8")) as { name?: unknown }).name;
  } catch {
    return undefined; // somebody else's broken package.json is not ours to report
  }
}
