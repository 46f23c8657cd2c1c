/** Looks up every name of a file, inside out: body, file and imports, built-ins. */
import type { Place, Span } from "../../grammar/span.ts";
import type { Declaration, Expression, Field, ModelItem, Name } from "../../grammar/syntax-tree.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import { headWords, isBuiltIn, typeNames, wordFields } from "./built-in-names.ts";
import type { Uses } from "./find-recursion.ts";
import { type Definition, kindWord, type ResolvedFile } from "./resolved-project.ts";
import { suggestName } from "./suggest-name.ts";
import { unitNames, unitWords } from "./unit-words.ts";
import { createNameWalker, findLocal, type Scope } from "./walk-names.ts";

/** Reports names nobody defines and names defined twice; returns which definitions name which. */
export function checkNames(file: ResolvedFile, diagnostics: Diagnostic[], library: readonly ResolvedFile[] = []): Uses {
  const uses = new Map<Definition, Set<Definition>>();
  for (const declaration of file.tree.declarations) {
    const own = "name" in declaration ? file.values.get(declaration.name.text) : undefined;
    const used = new Set<Definition>();
    if (own?.declaration === declaration) uses.set(own, used);
    createChecker(file, diagnostics, used, library).declaration(declaration);
  }
  return uses;
}

/** The same for one expression that stands in no file, `--set heads.local=…`. */
export function checkExpression(
  expression: Expression,
  file: ResolvedFile,
  path: string,
  words: readonly string[],
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  createChecker({ ...file, path }, diagnostics, new Set(), []).expression(expression, namesFor(words));
  return diagnostics;
}

/** Where names are defined; undefined for words that a place of the language has. */
type Names = Scope<Span | undefined>;

function namesFor(words: readonly string[]): Names {
  return { own: new Map(words.map((word) => [word, undefined])) };
}

function createChecker(
  file: ResolvedFile,
  diagnostics: Diagnostic[],
  used: Set<Definition>,
  library: readonly ResolvedFile[],
) {
  const placeOf = (span: Span): Place => ({ file: file.path, start: span.start, end: span.end });
  const { parameters, body, backbone, address, expression } = createNameWalker<Span | undefined>({
    define,
    use,
    type: typeName,
  });

  function declaration(item: Declaration): void {
    switch (item.kind) {
      case "Import":
      case "Ablate": // checked when it is planned
        return;
      case "Let":
        return expression(item.value, namesFor([]));
      case "Function":
        return expression(item.body, parameters(item.parameters, namesFor([])));
      case "Block":
        return body(item.body, parameters(item.parameters, namesFor([])));
      case "Head":
        return body(item.body, parameters(item.parameters, namesFor(headWords)));
      case "Backbone": {
        const words = [...unitNames(item.body)];
        return backbone(item.body, parameters(item.parameters, namesFor(words)));
      }
      case "Recipe":
        return fields(item.fields);
      case "Model":
        for (const part of item.items) modelItem(part, unitWords(item, file));
    }
  }

  function modelItem(item: ModelItem, units: readonly string[]): void {
    const none = namesFor([]);
    switch (item.kind) {
      case "Input":
        return expression(item.shape, none);
      case "Classes":
        return expression(item.count, none);
      case "UseBackbone":
        return expression(item.value, none);
      case "Split":
        if (item.split.kind === "SplitInto") expression(item.split.count, none);
        else for (const cut of item.split.addresses) address(cut, none);
        for (const group of item.together) for (const unit of group) address(unit, none);
        return;
      case "Heads":
      case "Context":
        for (const entry of item.entries) {
          expression(entry.selector, namesFor(["local", "last", "each"]));
          if (entry.value !== undefined) expression(entry.value, namesFor([...headWords, "module", ...units]));
        }
        return;
      case "Train":
        if (item.recipe !== undefined) recipeName(item.recipe);
        return fields(item.fields);
      case "Readout": // its words are the language's
        if (item.value.kind === "Call") for (const { value } of item.value.arguments) expression(value, none);
        return;
    }
  }

  function recipeName(name: Name): void {
    if (name.text === "" || file.recipes.has(name.text)) return;
    const other = file.values.get(name.text);
    const place = placeOf(name.span);
    if (other !== undefined) {
      const found = kindWord(other.declaration);
      diagnostics.push(diagnose("wrong-declaration", { name: name.text, expected: "a recipe", found }, { place }));
      return;
    }
    const help = didYouMean(name.text, file.recipes.keys());
    diagnostics.push(diagnose("unknown-name", { name: name.text }, { place, label: "no such recipe", help }));
  }

  function fields(items: readonly Field[]): void {
    for (const field of items) {
      if (!(wordFields.includes(field.name.text) && field.value.kind === "Reference"))
        expression(field.value, namesFor([]));
    }
  }

  function typeName(name: Name): void {
    if (name.text === "" || (typeNames as readonly string[]).includes(name.text)) return;
    const help = didYouMean(name.text, typeNames) ?? `types are ${typeNames.map((type) => `\`${type}\``).join(", ")}`;
    diagnostics.push(diagnose("unknown-type", { name: name.text }, { place: placeOf(name.span), help }));
  }

  function define(name: Name, _kind: "parameter" | "variable", names: Names): void {
    if (name.text === "") return;
    const first = names.own.get(name.text);
    if (first !== undefined) {
      const related = [{ place: placeOf(first), text: "first defined here" }];
      diagnostics.push(diagnose("duplicate-name", { name: name.text }, { place: placeOf(name.span), related }));
    }
    names.own.set(name.text, name.span);
  }

  function use(name: string, span: Span, names: Names): void {
    if (name === "" || findLocal(name, names) !== undefined) return;
    const definition = file.values.get(name);
    if (definition !== undefined) {
      used.add(definition);
      return;
    }
    if (isBuiltIn(name)) return;
    // An import that failed has been reported where it stands.
    if (isImported(name, file)) return;
    const place = placeOf(span);
    if (file.recipes.has(name)) {
      diagnostics.push(diagnose("wrong-declaration", { name, expected: "a value", found: "recipe" }, { place }));
      return;
    }
    diagnostics.push(diagnose("unknown-name", { name }, { place, help: suggestName(name, names, { file, library }) }));
  }

  return { declaration, expression };
}

function isImported(name: string, file: ResolvedFile): boolean {
  return file.tree.declarations.some((item) => item.kind === "Import" && item.names.some(({ text }) => text === name));
}
