/**
 * The path an import means: `"std/heads"` → `std/heads.llnet`, `"./blocks"` in `nets/a.llnet` → `nets/blocks.llnet`.
 * Undefined for what is neither (an absolute path, a web address, a bare name).
 */
export function importPath(from: string, importer: string): string | undefined {
  const withExtension = from.endsWith(".llnet") ? from : `${from}.llnet`;
  if (from.startsWith("std/")) {
    const inside = withExtension.split("/");
    return inside.some((part) => part === ".." || part === "." || part === "") ? undefined : withExtension;
  }
  // In the standard library itself, relative imports stay in the library.
  if (!from.startsWith("./") && !from.startsWith("../")) return undefined;
  const folder = importer.split("/").slice(0, -1);
  const path = normalize([...folder, ...withExtension.split("/")]);
  return path.startsWith("std/") && !importer.startsWith("std/") ? `./${path}` : path;
}

function normalize(parts: readonly string[]): string {
  const result: string[] = [];
  for (const [position, part] of parts.entries()) {
    if (part === "." || (part === "" && position > 0)) continue;
    const last = result[result.length - 1];
    if (part === ".." && last !== undefined && last !== ".." && last !== "") result.pop();
    else result.push(part);
  }
  return result.join("/");
}
