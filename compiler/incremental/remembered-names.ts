/** Parsing of imports and looking up of names, done again only where something changed. */
import { type Declaration, parse } from "../../grammar/index.ts";
import { checkNames } from "../1-resolve/check-names.ts";
import type { ResolveSteps } from "../1-resolve/resolve.ts";
import type { Definition } from "../1-resolve/resolved-project.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { References } from "./references.ts";

export function createRememberedSteps(references: References): ResolveSteps {
  const imports = new Map<string, { readonly text: string; readonly result: ReturnType<typeof parse> }>();
  /** Declarations whose names are all known: what the names meant, and which definitions were used. */
  const fine = new WeakMap<Declaration, { readonly meaning: string; readonly used: readonly string[] }>();

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
      for (const declaration of declarations) {
        if (declaration.kind === "Import") continue;
        const own = file.values.get(declaration.name.text);
        const meaning = references.meaning(declaration, file);
        const known = fine.get(declaration);
        if (known?.meaning === meaning) {
          if (own?.declaration === declaration)
            uses.set(own, new Set(known.used.flatMap((name) => file.values.get(name) ?? [])));
          continue;
        }
        const found: Diagnostic[] = [];
        const alone = { ...file, tree: { ...file.tree, declarations: [...importing, declaration] } };
        const used = checkNames(alone, found, library);
        for (const [definition, names] of used) uses.set(definition, new Set(names));
        diagnostics.push(...found);
        // Suggestions for a wrong name depend on every other name.
        if (found.length > 0) continue;
        const names = [...used.values()].flatMap((each) =>
          [...each].map((definition) => definition.declaration.name.text),
        );
        fine.set(declaration, { meaning, used: names });
      }
      return uses;
    },
  };
}
