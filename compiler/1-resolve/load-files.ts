/** Reads and parses imported files, each once, and makes their tables of names. */
import { parse } from "../../grammar/index.ts";
import type { Place, Span } from "../../grammar/span.ts";
import type { Import, Name, SyntaxTree } from "../../grammar/syntax-tree.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { fromSyntaxProblem } from "../diagnostics/from-syntax-problem.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import { importPath } from "../source/import-path.ts";
import type { SourceHost } from "../source/source-host.ts";
import {
  type Definition,
  kindWord,
  type ModelDefinition,
  type RecipeDefinition,
  type ResolvedFile,
} from "./resolved-project.ts";

export interface Loader {
  /** Adds a parsed file and everything it imports. */
  add(tree: SyntaxTree): ResolvedFile;
  /** A file of the standard library that no import names; its absence is reported at the main file. */
  loadLibrary(path: string, main: ResolvedFile): ResolvedFile | undefined;
  files(): readonly ResolvedFile[];
  sources(): ReadonlyMap<string, string>;
}

interface Tables {
  readonly values: Map<string, Definition>;
  readonly recipes: Map<string, RecipeDefinition>;
  readonly importedModels: Map<string, ModelDefinition>;
}

export function createLoader(host: SourceHost, diagnostics: Diagnostic[], parseImport = parse): Loader {
  const loaded = new Map<string, ResolvedFile>();
  const failed = new Set<string>();
  const sources = new Map<string, string>();
  /** Files whose imports are being followed, from the main file inwards. */
  const open: string[] = [];

  function add(tree: SyntaxTree): ResolvedFile {
    sources.set(tree.path, tree.text);
    open.push(tree.path);
    const file = tableOf(tree);
    open.pop();
    loaded.set(tree.path, file);
    return file;
  }

  function tableOf(tree: SyntaxTree): ResolvedFile {
    const values = new Map<string, Definition>();
    const recipes = new Map<string, RecipeDefinition>();
    const importedModels = new Map<string, ModelDefinition>();
    const models = tree.declarations.filter((declaration) => declaration.kind === "Model");
    const file: ResolvedFile = { path: tree.path, tree, values, recipes, models, importedModels };
    const defined = new Map<string, Name>();
    for (const declaration of tree.declarations) {
      if (declaration.kind === "Import") {
        addImports(declaration, file, { values, recipes, importedModels }, defined);
        continue;
      }
      const { name } = declaration;
      // Models and ablations are named from outside only, so they may share a name with a backbone.
      const space = declaration.kind === "Model" ? "model " : declaration.kind === "Ablate" ? "ablate " : "";
      if (name.text === "" || !claim(space, name, defined, file)) continue;
      if (declaration.kind === "Recipe") recipes.set(name.text, { declaration, file });
      else if (declaration.kind !== "Model" && declaration.kind !== "Ablate")
        values.set(name.text, { declaration, file });
    }
    return file;
  }

  function claim(space: string, name: Name, defined: Map<string, Name>, file: ResolvedFile): boolean {
    const first = defined.get(space + name.text);
    if (first === undefined) {
      defined.set(space + name.text, name);
      return true;
    }
    const related = [{ place: placeOf(first.span, file), text: "first defined here" }];
    diagnostics.push(diagnose("duplicate-name", { name: name.text }, { place: placeOf(name.span, file), related }));
    return false;
  }

  function addImports(
    item: Import,
    file: ResolvedFile,
    { values, recipes, importedModels }: Tables,
    defined: Map<string, Name>,
  ): void {
    const source = load(item, file);
    for (const name of item.names) {
      if (name.text === "" || !claim("", name, defined, file) || source === undefined) continue;
      const value = source.values.get(name.text);
      const recipe = source.recipes.get(name.text);
      const model = source.models.find((declaration) => declaration.name.text === name.text);
      // What a file imports is not passed on: every name has one home.
      if (value !== undefined && value.file === source) values.set(name.text, value);
      else if (recipe !== undefined && recipe.file === source) recipes.set(name.text, recipe);
      else if (model !== undefined) importedModels.set(name.text, { declaration: model, file: source });
      else reportUnknownExport(name, source, file);
    }
  }

  function reportUnknownExport(name: Name, source: ResolvedFile, file: ResolvedFile): void {
    const models = source.models.map((declaration) => [declaration.name.text, { declaration, file: source }] as const);
    const own = [
      ...[...source.values, ...source.recipes].filter(([, definition]) => definition.file === source),
      ...models,
    ];
    diagnostics.push(
      diagnose(
        "unknown-export",
        { name: name.text, path: source.path },
        {
          place: placeOf(name.span, file),
          help:
            didYouMean(
              name.text,
              own.map(([key]) => key),
            ) ?? `it defines ${listed(own.map(([key, { declaration }]) => `the ${kindWord(declaration)} \`${key}\``))}`,
        },
      ),
    );
  }

  function load(item: Import, importer: ResolvedFile): ResolvedFile | undefined {
    const place = placeOf(item.fromSpan, importer);
    if (item.from === "") return undefined; // a syntax error, reported
    const path = importPath(item.from, importer.path);
    if (path === undefined) {
      const help = 'write a path that begins with "./" or "../", or the standard library\'s "std/…"';
      diagnostics.push(diagnose("import-not-found", { path: item.from }, { place, help }));
      return undefined;
    }
    const circle = open.indexOf(path);
    if (circle >= 0) {
      const help =
        circle === open.length - 1
          ? "what a file declares is known in it without an import"
          : "move what both need into a third file that imports neither";
      diagnostics.push(diagnose("import-cycle", { cycle: [...open.slice(circle), path] }, { place, help }));
      return undefined;
    }
    return read(path, (problem, reason) => {
      if (problem === "outside") return diagnose("import-outside-project", { path }, { place });
      if (problem !== "missing") return diagnose("unreadable-file", { path, reason }, { place });
      const help = path.startsWith("std/") ? didYouMean(item.from, host.library?.() ?? []) : undefined;
      return diagnose("import-not-found", { path }, { place, help });
    });
  }

  function read(path: string, report: (problem: string, reason: string) => Diagnostic): ResolvedFile | undefined {
    const known = loaded.get(path);
    if (known !== undefined || failed.has(path)) return known;
    const source = host.read(path);
    if ("problem" in source) {
      failed.add(path);
      diagnostics.push(report(source.problem, source.reason));
      return undefined;
    }
    const { tree, errors } = parseImport(source.text, path);
    diagnostics.push(...errors.map((problem) => fromSyntaxProblem(problem, path)));
    return add(tree);
  }

  return {
    add,
    loadLibrary: (path, main) =>
      read(path, () =>
        diagnose(
          "library-missing",
          { path },
          { place: { file: main.path, start: 0, end: 0 }, help: "reinstall llnet: its folder `std` is not there" },
        ),
      ),
    files: () => [...loaded.values()],
    sources: () => sources,
  };
}

function placeOf(span: Span, file: ResolvedFile): Place {
  return { file: file.path, start: span.start, end: span.end };
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? "nothing" : items.slice(0, 6).join(", ") + (items.length > 6 ? ", …" : "");
}
