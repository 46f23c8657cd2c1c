/** Looks up every name of a file, inside out: body, file and imports, built-ins. */
import type { Place, Span } from "../../grammar/span.ts";
import type {
  Address,
  BackboneStatement,
  BodyStatement,
  Declaration,
  Expression,
  Field,
  ModelDeclaration,
  ModelItem,
  Name,
  Parameter,
  PipeStage,
} from "../../grammar/syntax-tree.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean, nearNames } from "../diagnostics/near-names.ts";
import { findOperation, operations } from "../operations/registry.ts";
import { builtInFunctions, headWords, typeNames, wordFields } from "./built-in-names.ts";
import type { Uses } from "./find-recursion.ts";
import { type Definition, kindWord, type ResolvedFile } from "./resolved-project.ts";

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

/** Names of the surroundings, innermost first; each map says what kind of thing a name is. */
interface Names {
  readonly own: Map<string, Span | undefined>;
  readonly outer?: Names;
}

function namesFor(words: readonly string[], outer?: Names): Names {
  return { own: new Map(words.map((word) => [word, undefined])), ...(outer && { outer }) };
}

function createChecker(
  file: ResolvedFile,
  diagnostics: Diagnostic[],
  used: Set<Definition>,
  library: readonly ResolvedFile[],
) {
  const placeOf = (span: Span): Place => ({ file: file.path, start: span.start, end: span.end });

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

  /** Each default may name the parameters before it. */
  function parameters(items: readonly Parameter[], outer: Names): Names {
    const names = namesFor([], outer);
    for (const parameter of items) {
      if (parameter.default !== undefined) expression(parameter.default, names);
      if (parameter.type !== undefined) typeName(parameter.type);
      define(parameter.name, names);
    }
    return names;
  }

  function typeName(name: Name): void {
    if (name.text === "" || (typeNames as readonly string[]).includes(name.text)) return;
    const help = didYouMean(name.text, typeNames) ?? `types are ${typeNames.map((type) => `\`${type}\``).join(", ")}`;
    diagnostics.push(diagnose("unknown-type", { name: name.text }, { place: placeOf(name.span), help }));
  }

  function define(name: Name, names: Names): void {
    if (name.text === "") return;
    const first = names.own.get(name.text);
    if (first !== undefined) {
      const related = [{ place: placeOf(first), text: "first defined here" }];
      diagnostics.push(diagnose("duplicate-name", { name: name.text }, { place: placeOf(name.span), related }));
    }
    names.own.set(name.text, name.span);
  }

  function body(statements: readonly BodyStatement[], outer: Names): void {
    const names = namesFor([], outer);
    for (const statement of statements) bodyStatement(statement, names);
  }

  function bodyStatement(statement: BodyStatement, names: Names): void {
    switch (statement.kind) {
      case "Let":
      case "Tap":
      case "Shared":
        expression(statement.value, names);
        return define(statement.name, names);
      case "Loss":
        expression(statement.value, names);
        if (statement.weight !== undefined) expression(statement.weight, names);
        if (statement.reach !== undefined) expression(statement.reach.count, names);
        return;
      case "Return":
        return expression(statement.value, names);
      case "For":
        expression(statement.over, names);
        return body(statement.body, namesFor([statement.variable.text], names));
      case "IfStatement":
        expression(statement.condition, names);
        body(statement.then, names);
        return body(statement.else, names);
    }
  }

  function backbone(statements: readonly BackboneStatement[], outer: Names): void {
    const names = namesFor([], outer);
    for (const statement of statements) backboneStatement(statement, names);
  }

  function backboneStatement(statement: BackboneStatement, names: Names): void {
    switch (statement.kind) {
      case "Let":
        expression(statement.value, names);
        return define(statement.name, names);
      case "Unit":
        address(statement.address, names);
        if (statement.pipeline !== undefined) expression(statement.pipeline, names);
        if (statement.body !== undefined)
          body(statement.body, namesFor(statement.input ? [statement.input.text] : [], names));
        return;
      case "Group":
        address(statement.address, names);
        return backbone(statement.body, names);
      case "For":
        expression(statement.over, names);
        return backbone(statement.body, namesFor([statement.variable.text], names));
      case "IfStatement":
        expression(statement.condition, names);
        backbone(statement.then, names);
        return backbone(statement.else, names);
    }
  }

  function address({ parts }: Address, names: Names): void {
    for (const { index } of parts) if (index !== undefined) expression(index, names);
  }

  function expression(node: Expression | PipeStage, names: Names): void {
    switch (node.kind) {
      case "Number":
      case "String":
      case "Boolean":
      case "Placeholder":
      case "Missing":
        return;
      case "Reference":
        return reference(node.name, node.span, names);
      case "List":
        for (const item of node.items) expression(item, names);
        return;
      case "Comprehension":
        expression(node.over, names);
        return expression(node.item, namesFor([node.variable.text], names));
      case "Range":
        expression(node.from, names);
        return expression(node.to, names);
      case "Member":
        return expression(node.object, names);
      case "Index":
        expression(node.object, names);
        return expression(node.index, names);
      case "Call":
        expression(node.callee, names);
        for (const argument of node.arguments) expression(argument.value, names);
        return;
      case "Pipe":
        expression(node.input, names);
        return expression(node.stage, names);
      case "PipeLoop":
        expression(node.over, names);
        return expression(node.body, namesFor([node.variable.text], names));
      case "Unary":
        return expression(node.operand, names);
      case "Binary":
        expression(node.left, names);
        return expression(node.right, names);
      case "If":
        expression(node.condition, names);
        expression(node.then, names);
        return expression(node.else, names);
      case "Match":
        expression(node.subject, names);
        for (const arm of node.arms) {
          expression(arm.pattern, names);
          expression(arm.value, names);
        }
        if (node.otherwise !== undefined) expression(node.otherwise, names);
        return;
      case "Lambda": {
        const inner = namesFor([], names);
        for (const parameter of node.parameters) define(parameter, inner);
        return expression(node.body, inner);
      }
    }
  }

  function reference(name: string, span: Span, names: Names): void {
    if (name === "" || isLocal(name, names)) return;
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
    diagnostics.push(diagnose("unknown-name", { name }, { place, help: suggestion(name, names) }));
  }

  /** "did you mean the block `basic`?" */
  function suggestion(name: string, names: Names): string | undefined {
    const local: string[] = [];
    for (let scope: Names | undefined = names; scope; scope = scope.outer) local.push(...scope.own.keys());
    const built: readonly string[] = [...builtInFunctions, ...operations.map((operation) => operation.name)];
    const home = library.find(({ values }) => values.has(name));
    if (home !== undefined) return `write \`import { ${name} } from "${home.path.replace(/\.llnet$/, "")}"\``;
    const elsewhere = new Map(
      library.flatMap(({ values, path }) =>
        [...values.keys()].map((key) => [key, path.replace(/\.llnet$/, "")] as const),
      ),
    );
    const near = nearNames(name, [...local, ...file.values.keys(), ...built, ...elsewhere.keys()]);
    if (near.length === 0)
      return (headWords as readonly string[]).includes(name) || name === "module"
        ? `\`${name}\` has a meaning only in heads`
        : undefined;
    const described = near.map((candidate) => {
      if (local.includes(candidate)) return `\`${candidate}\``;
      const definition = file.values.get(candidate);
      if (definition !== undefined) return `the ${kindWord(definition.declaration)} \`${candidate}\``;
      if (!built.includes(candidate)) return `\`${candidate}\` of "${elsewhere.get(candidate)}"`;
      return findOperation(candidate) !== undefined ? `the operation \`${candidate}\`` : `\`${candidate}\``;
    });
    const last = described.pop();
    return `did you mean ${described.length === 0 ? last : `${described.join(", ")} or ${last}`}?`;
  }

  return { declaration, expression };
}

function isLocal(name: string, names: Names): boolean {
  for (let scope: Names | undefined = names; scope; scope = scope.outer) if (scope.own.has(name)) return true;
  return false;
}

function isImported(name: string, file: ResolvedFile): boolean {
  return file.tree.declarations.some((item) => item.kind === "Import" && item.names.some(({ text }) => text === name));
}

function isBuiltIn(name: string): boolean {
  return (builtInFunctions as readonly string[]).includes(name) || findOperation(name) !== undefined;
}

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
