import type { BackboneStatement, ModelDeclaration } from "../../grammar/syntax-tree.ts";
import { isBuiltIn } from "./built-in-names.ts";
import type { ResolvedFile } from "./resolved-project.ts";

/**
 * The backbone's units by the first part of their address, where a line of `heads` or `context` may name them: those that
 * have no other meaning in the file.
 */
export function unitWords({ items }: Pick<ModelDeclaration, "items">, file: ResolvedFile): string[] {
  const used = items.find((item) => item.kind === "UseBackbone")?.value;
  const name = used?.kind === "Call" ? used.callee : used;
  const declaration = name?.kind === "Reference" ? file.values.get(name.name)?.declaration : undefined;
  if (declaration?.kind !== "Backbone") return [];
  return [...unitNames(declaration.body)].filter((word) => !file.values.has(word) && !isBuiltIn(word));
}

/** First names of all units and groups of a backbone, which later units may read from. */
export function unitNames(statements: readonly BackboneStatement[], names = new Set<string>()): Set<string> {
  for (const statement of statements) {
    if (statement.kind === "Unit" || statement.kind === "Group") names.add(statement.address.parts[0]?.name.text ?? "");
    if (statement.kind === "For") unitNames(statement.body, names);
    if (statement.kind === "IfStatement") {
      unitNames(statement.then, names);
      unitNames(statement.else, names);
    }
  }
  return names;
}
