/** Where a name that nobody here defines stands in the standard library: “import it from std/…”. */
import { parse } from "../../grammar/index.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { nearNames } from "../diagnostics/near-names.ts";
import type { SourceHost } from "../source/source-host.ts";

/** Gives unknown names without a nearer guess the file of the library to import them from. Reads it only where there is one. */
export function suggestImports(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  host: SourceHost,
): Diagnostic[] {
  return diagnostics.map((diagnostic) => {
    const { name, help, primary } = diagnostic;
    if (name !== "unknown-name" || help !== undefined) return diagnostic;
    const { file, start, end } = primary.place;
    const wanted = sources.get(file)?.slice(start, end) ?? "";
    const homes = libraryOf(host);
    const home = homes.get(wanted);
    if (home !== undefined) return { ...diagnostic, help: `write \`import { ${wanted} } from "${home}"\`` };
    const near = nearNames(wanted, homes.keys()).map((each) => `\`${each}\` of "${homes.get(each)}"`);
    return near.length === 0 ? diagnostic : { ...diagnostic, help: `did you mean ${near.join(" or ")}?` };
  });
}

/** A library stays as it is while a host lives. */
const libraries = new WeakMap<SourceHost, ReadonlyMap<string, string>>();

/** Every name the library defines, with the file to import it from. */
function libraryOf(host: SourceHost): ReadonlyMap<string, string> {
  const known = libraries.get(host);
  if (known !== undefined) return known;
  const homes = new Map<string, string>();
  for (const from of host.library?.() ?? []) {
    const source = host.read(`${from}.llnet`);
    const declarations = "text" in source ? parse(source.text, `${from}.llnet`).tree.declarations : [];
    for (const declaration of declarations) {
      if (!("name" in declaration) || declaration.kind === "Model" || declaration.kind === "Ablate") continue;
      if (!homes.has(declaration.name.text)) homes.set(declaration.name.text, from);
    }
  }
  libraries.set(host, homes);
  return homes;
}
