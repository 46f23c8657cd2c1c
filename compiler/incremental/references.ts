import { type Declaration, visit } from "../../grammar/index.ts";
import type { ResolvedFile, ResolvedProject } from "../1-resolve/resolved-project.ts";

/** What a declaration may mean changes only with what these names mean. */
export interface References {
  /** Names mentioned anywhere in a declaration, each once, in the order written. */
  of(declaration: Declaration): readonly string[];
  /** The declarations a declaration's own names mean in a file, as text. */
  meaning(declaration: Declaration, file: ResolvedFile): string;
  /** The same for everything reached from a declaration of the main file. */
  closure(declaration: Declaration, project: ResolvedProject): string;
}

export function createReferences(): References {
  const names = new WeakMap<Declaration, readonly string[]>();
  const numbers = new WeakMap<object, number>();
  const files = new WeakMap<ResolvedFile, string>();
  let count = 0;

  function numberOf(item: object): number {
    const known = numbers.get(item) ?? ++count;
    numbers.set(item, known);
    return known;
  }

  function of(declaration: Declaration): readonly string[] {
    const known = names.get(declaration) ?? mentioned(declaration);
    names.set(declaration, known);
    return known;
  }

  /** A file as a whole: its tree, and those of the files its names come from. */
  function fileKey(file: ResolvedFile): string {
    const known = files.get(file);
    if (known !== undefined) return known;
    const own = `f${numberOf(file.tree)}`;
    files.set(file, own);
    const homes = new Set([...file.values.values(), ...file.recipes.values()].map((definition) => definition.file));
    homes.delete(file);
    const key = [own, ...[...homes].map(fileKey)].join("+");
    files.set(file, key);
    return key;
  }

  function meaning(declaration: Declaration, file: ResolvedFile): string {
    let key = "";
    for (const name of of(declaration)) {
      const definition = file.values.get(name) ?? file.recipes.get(name);
      key += definition === undefined ? "," : `${numberOf(definition.declaration)},`;
    }
    return key;
  }

  function closure(declaration: Declaration, { main, classifier }: ResolvedProject): string {
    const parts: (number | string)[] = [classifier === undefined ? "" : fileKey(classifier.file)];
    const seen = new Set<object>([declaration]);
    const waiting = [declaration];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      parts.push(numberOf(next));
      for (const name of of(next)) {
        const definition = main.values.get(name) ?? main.recipes.get(name);
        if (definition === undefined) parts.push(name);
        else if (definition.file !== main) parts.push(fileKey(definition.file), numberOf(definition.declaration));
        else if (!seen.has(definition.declaration)) {
          seen.add(definition.declaration);
          waiting.push(definition.declaration);
        } else parts.push(-numberOf(definition.declaration));
      }
    }
    return parts.join(" ");
  }

  return { of, meaning, closure };
}

function mentioned(declaration: Declaration): readonly string[] {
  const found = new Set<string>();
  visit(declaration, {
    Reference: ({ name }) => found.add(name),
    Train: ({ recipe }) => recipe && found.add(recipe.text),
    Ablate: ({ of }) => found.add(of.text),
  });
  return [...found];
}
