/** Parsing of imports and looking up of names, done again only where something changed. */
import { type Declaration, parse } from "../../grammar/index.ts";
import { checkNames } from "../1-resolve/check-names.ts";
import type { ResolveSteps } from "../1-resolve/resolve.ts";
import type { Definition } from "../1-resolve/resolved-project.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { usedNames } from "../lint/used-names.ts";
import { isDisjoint, type References } from "./references.ts";

export function createRememberedSteps(references: References): ResolveSteps {
  const imports = new Map<string, { readonly text: string; readonly result: ReturnType<typeof parse> }>();
  /** By file: declarations whose names are all known, and which definitions they use. */
  const fine = new Map<string, ReadonlyMap<Declaration, readonly string[]>>();

  return {
    parse(text, path) {
      const known = imports.get(path);
      if (known?.text === text) return known.result;
      const result = parse(text, path);
      imports.set(path, { text, result });
      return result;
    },
    checkNames(file, diagnostics, library) {
      const uses = new Map<Definition, Set<Definition>>();
      const { declarations } = file.tree;
      const importing = declarations.filter(({ kind }) => kind === "Import");
      const changed = references.changed(file);
      const before = fine.get(file.path);
      const now = new Map<Declaration, readonly string[]>();
      for (const declaration of declarations) {
        if (declaration.kind === "Import") continue;
        const known = before?.get(declaration);
        if (known !== undefined && isDisjoint(changed, usedNames(declaration))) {
          now.set(declaration, known);
          const own = file.values.get(declaration.name.text);
          if (own?.declaration === declaration)
            uses.set(own, new Set(known.flatMap((name) => file.values.get(name) ?? [])));
          continue;
        }
        const found: Diagnostic[] = [];
        const alone = { ...file, tree: { ...file.tree, declarations: [...importing, declaration] } };
        const used = checkNames(alone, found, library);
        for (const [definition, names] of used) uses.set(definition, new Set(names));
        diagnostics.push(...found);
        // Suggestions for a wrong name depend on every other name.
        if (found.length > 0) continue;
        const names = [...used.values()].flatMap((each) => [...each].map((used) => used.declaration.name.text));
        now.set(declaration, names);
      }
      fine.set(file.path, now);
      return uses;
    },
  };
}
