/**
 * Which names of a file mean something else than a change before, and what everything a declaration is made of is. Names, not
 * places: all that was found out about a declaration holds while the names in it mean the same declarations.
 */
import type { Declaration } from "../../grammar/index.ts";
import type { ResolvedFile, ResolvedProject } from "../1-resolve/resolved-project.ts";
import { usedNames } from "../lint/used-names.ts";

export interface References {
  /** Names that mean another declaration than when a file of this path was last asked about. */
  changed(file: ResolvedFile): ReadonlySet<string>;
  /** Everything a declaration of the main file is made of, as text: equal where nothing of it changed. */
  closure(declaration: Declaration, project: ResolvedProject): string;
}

/** A declaration of the file itself by its number, one of another file with that file's text. */
type Meaning = number | string;

interface Closure {
  readonly key: string;
  readonly names: ReadonlySet<string>;
}

export function createReferences(): References {
  const numbers = new WeakMap<object, number>();
  const fileKeys = new WeakMap<ResolvedFile, string>();
  const tables = new Map<string, ReadonlyMap<string, Meaning>>();
  const changes = new WeakMap<ResolvedFile, ReadonlySet<string>>();
  let closures = { of: undefined as ResolvedFile | undefined, known: new Map<Declaration, Closure>() };
  let before = closures;
  let count = 0;

  function numberOf(item: object): number {
    const known = numbers.get(item) ?? ++count;
    numbers.set(item, known);
    return known;
  }

  /** A file as a whole: its tree, and those of the files its names come from. */
  function fileKey(file: ResolvedFile): string {
    const known = fileKeys.get(file);
    if (known !== undefined) return known;
    const own = `${numberOf(file.tree)}`;
    fileKeys.set(file, own);
    const homes = new Set([...file.values.values(), ...file.recipes.values()].map((definition) => definition.file));
    homes.delete(file);
    const key = [own, ...[...homes].map(fileKey)].join("+");
    fileKeys.set(file, key);
    return key;
  }

  function changed(file: ResolvedFile): ReadonlySet<string> {
    const known = changes.get(file);
    if (known !== undefined) return known;
    const now = tableOf(file);
    const old = tables.get(file.path) ?? new Map<string, Meaning>();
    const names = new Set<string>();
    for (const [name, meaning] of now) if (old.get(name) !== meaning) names.add(name);
    for (const name of old.keys()) if (!now.has(name)) names.add(name);
    tables.set(file.path, now);
    changes.set(file, names);
    return names;
  }

  function tableOf(file: ResolvedFile): Map<string, Meaning> {
    const table = new Map<string, Meaning>();
    // Whether a name that means nothing was at least imported decides who reports it.
    for (const item of file.tree.declarations)
      if (item.kind === "Import") for (const { text } of item.names) table.set(text, "imported");
    for (const [name, definition] of [...file.values, ...file.recipes]) {
      const number = numberOf(definition.declaration);
      table.set(name, definition.file === file ? number : `${number} ${fileKey(definition.file)}`);
    }
    return table;
  }

  function closure(declaration: Declaration, project: ResolvedProject): string {
    const { main, classifier } = project;
    const names = changed(main);
    if (closures.of !== main) {
      before = closures;
      closures = { of: main, known: new Map() };
    }
    const library = classifier === undefined ? "" : fileKey(classifier.file);
    const known = before.known.get(declaration);
    const isSame = known?.key.startsWith(`${library}:`) && isDisjoint(names, known.names);
    const result = isSame && known !== undefined ? known : follow(declaration, main, `${library}:`);
    closures.known.set(declaration, result);
    return result.key;
  }

  function follow(declaration: Declaration, main: ResolvedFile, start: string): Closure {
    const names = new Set<string>();
    const parts: Meaning[] = [numberOf(declaration)];
    const waiting = [declaration];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const name of usedNames(next)) {
        if (names.has(name)) continue;
        names.add(name);
        const definition = main.values.get(name) ?? main.recipes.get(name);
        if (definition === undefined) continue;
        parts.push(name, numberOf(definition.declaration));
        if (definition.file === main) waiting.push(definition.declaration);
        else parts.push(fileKey(definition.file));
      }
    }
    return { key: start + parts.join(" "), names };
  }

  return { changed, closure };
}

/** `few` is what changed, usually one name. */
export function isDisjoint(few: ReadonlySet<string>, many: ReadonlySet<string>): boolean {
  for (const name of few) if (many.has(name)) return false;
  return true;
}
