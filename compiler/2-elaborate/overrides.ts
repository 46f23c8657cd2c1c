/**
 * `--set path=value`: rewrites the model declaration before it is elaborated, so that an override and the same words in
 * the file mean the same.
 */
import type {
  Argument,
  Call,
  Expression,
  Field,
  HeadsItem,
  ModelDeclaration,
  ModelItem,
  Name,
  TrainItem,
} from "../../grammar/syntax-tree.ts";
import { headWords } from "../1-resolve/built-in-names.ts";
import { checkExpression } from "../1-resolve/check-names.ts";
import type { ResolvedFile } from "../1-resolve/resolved-project.ts";
import { unitWords } from "../1-resolve/unit-words.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import { builtInParameters } from "./built-ins.ts";
import { parameterShapes } from "./declared-functions.ts";
import { markOrigins, parseExpression, parseSplit } from "./override-text.ts";
import { fieldsOf, recipeFields } from "./recipe.ts";
import { fileScope, type Scope, scopeInText } from "./scope.ts";

export type Overrides = Readonly<Record<string, string | number | boolean>>;

export interface Overridden {
  readonly declaration: ModelDeclaration;
  /** Nodes that stand in an override's text, or in another file's recipe, with the scope to evaluate them in. */
  readonly origins: ReadonlyMap<object, Scope>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The virtual file an override's text is shown in. */
export function overridePath(path: string): string {
  return `--set ${path}`;
}

/** Texts of all overrides by virtual path, for showing diagnostics. */
export function overrideSources(overrides: Overrides): Map<string, string> {
  return new Map(Object.entries(overrides).map(([path, value]) => [overridePath(path), String(value)]));
}

/** `home` is the file the model is written in; names in an override are those of `file`, into which it may be imported. */
export function applyOverrides(
  declaration: ModelDeclaration,
  overrides: Overrides,
  file: ResolvedFile,
  home: ResolvedFile = file,
): Overridden {
  const origins = new Map<object, Scope>();
  const diagnostics: Diagnostic[] = [];
  let items = declaration.items;
  for (const [path, value] of Object.entries(overrides)) {
    const override = createOverride(path, String(value), { file, home }, origins, diagnostics);
    // `context.2..last` has two parts.
    items = applyOne(items, path.split(/(?<!\.)\.(?!\.)/), override) ?? items;
  }
  return { declaration: { ...declaration, items }, origins, diagnostics };
}

interface Override {
  readonly path: string;
  /** The file the model is written in. */
  readonly home: ResolvedFile;
  readonly origins: Map<object, Scope>;
  /** The value as an expression; undefined where it has a mistake, which is reported once. */
  expression(words?: readonly string[]): Expression | undefined;
  split(): Extract<ModelItem, { kind: "Split" }> | undefined;
  /** Nothing of this name can be set. */
  unknown(known: readonly string[]): undefined;
}

function createOverride(
  path: string,
  text: string,
  { file, home }: { readonly file: ResolvedFile; readonly home: ResolvedFile },
  origins: Map<object, Scope>,
  diagnostics: Diagnostic[],
): Override {
  const virtual = overridePath(path);
  const scope = scopeInText(fileScope(file), virtual);
  return {
    path,
    home,
    origins,
    expression(words = []) {
      const parsed = parseExpression(text, virtual);
      diagnostics.push(...parsed.diagnostics);
      if (parsed.value === undefined) return undefined;
      diagnostics.push(...checkExpression(parsed.value, file, virtual, words));
      markOrigins(parsed.value, scope, origins);
      return parsed.value;
    },
    split() {
      const parsed = parseSplit(text, virtual);
      diagnostics.push(...parsed.diagnostics);
      if (parsed.value !== undefined) markOrigins(parsed.value, scope, origins);
      return parsed.value;
    },
    unknown(known) {
      const help =
        didYouMean(path, known) ??
        `paths are ${known
          .slice(0, 12)
          .map((each) => `\`${each}\``)
          .join(", ")}`;
      diagnostics.push(
        diagnose("unknown-path", { path }, { place: { file: virtual, start: 0, end: text.length }, help }),
      );
      return undefined;
    },
  };
}

type Items = readonly ModelItem[];

const roots = [
  "input",
  "classes",
  "backbone",
  "split",
  "heads.local",
  "heads.last",
  "heads.each",
  "context",
  "train",
  "readout",
];

function applyOne(items: Items, [root = "", ...rest]: readonly string[], override: Override): Items | undefined {
  switch (root) {
    case "input":
    case "classes":
      return rest.length > 0 ? override.unknown([root]) : setValue(items, root, override);
    case "split": {
      const item = rest.length > 0 ? override.unknown(["split"]) : override.split();
      return item && replaceItem(items, item);
    }
    case "backbone":
      return setBackbone(items, rest, override);
    case "heads":
      return setEntry(items, { kind: "Heads", root, ready: ["local", "last", "each"] }, rest, override);
    case "context":
      return rest.length === 0
        ? removeContext(items, override)
        : setEntry(items, { kind: "Context", root, ready: ["2..last", "each"] }, rest, override);
    case "readout":
      return rest.length > 0 ? override.unknown([root]) : setReadout(items, override);
    case "train":
      return setField(items, rest, override);
    default:
      return override.unknown([...roots, ...recipeFields.map((field) => `train.${field}`)]);
  }
}

function replaceItem(items: Items, item: ModelItem): Items {
  const position = items.findIndex(({ kind }) => kind === item.kind);
  return position < 0 ? [...items, item] : items.map((each, index) => (index === position ? item : each));
}

function setValue(items: Items, root: "input" | "classes", override: Override): Items | undefined {
  const value = override.expression();
  if (value === undefined) return undefined;
  return replaceItem(
    items,
    root === "input"
      ? { kind: "Input", span: value.span, shape: value }
      : { kind: "Classes", span: value.span, count: value },
  );
}

function setBackbone(items: Items, rest: readonly string[], override: Override): Items | undefined {
  const item = items.find((each) => each.kind === "UseBackbone");
  const [parameter, ...further] = rest;
  if (parameter === undefined) {
    const value = override.expression();
    return value && replaceItem(items, { kind: "UseBackbone", span: value.span, value });
  }
  const value =
    item && further.length === 0
      ? withArgument(item.value, parameter, 0, ["backbone"], override)
      : override.unknown(["backbone"]);
  return value && item && replaceItem(items, { ...item, value });
}

/** `context=off` is a model without context. */
function removeContext(items: Items, override: Override): Items | undefined {
  const value = override.expression(["off"]);
  if (value === undefined) return undefined;
  if (value.kind === "Reference" && value.name === "off") return items.filter(({ kind }) => kind !== "Context");
  return override.unknown(["context.2..last"]);
}

function setReadout(items: Items, override: Override): Items | undefined {
  const value = override.expression(["final", "exit", "ensemble"]);
  return value && replaceItem(items, { kind: "Readout", span: value.span, value });
}

/** The lines of `heads` or `context`, and the selectors a line can be added for. */
interface Lines {
  readonly kind: "Heads" | "Context";
  readonly root: string;
  readonly ready: readonly string[];
}

function setEntry(
  items: Items,
  lines: Lines,
  [selector, parameter, ...rest]: readonly string[],
  override: Override,
): Items | undefined {
  const entries = items.flatMap((item) => (item.kind === lines.kind ? item.entries : []));
  const selectors = [...new Set([...lines.ready, ...entries.map((entry) => selectorText(entry.selector))])];
  const known = selectors.map((each) => `${lines.root}.${each}`);
  if (selector === undefined || rest.length > 0) return override.unknown(known);
  const entry = entries.findLast((each) => selectorText(each.selector) === selector);
  if (parameter !== undefined) {
    // A context is any expression; only a head is a call with parameters.
    if (entry?.value === undefined || lines.kind === "Context") return override.unknown(known);
    const value = withArgument(
      entry.value,
      parameter,
      1,
      [lines.root, selector],
      override,
      entryWords(items, override),
    );
    return value && replaceEntry(items, entry, { ...entry, value });
  }
  const isReady = lines.ready.includes(selector) || /^[1-9][0-9]*$/.test(selector);
  if (entry === undefined && !isReady) return override.unknown(known);
  const value = override.expression([...entryWords(items, override), "off"]);
  if (value === undefined) return undefined;
  const isOff = value.kind === "Reference" && value.name === "off";
  const selected = entry?.selector ?? selectorNode(selector, value.span);
  const made = {
    kind: "SelectorEntry" as const,
    span: value.span,
    selector: selected,
    value: isOff ? undefined : value,
    valueSpan: value.span,
  };
  const origin = override.origins.get(value);
  if (origin !== undefined) override.origins.set(made, origin);
  return entry === undefined ? addEntry(items, lines.kind, made) : replaceEntry(items, entry, made);
}

/** What a line of `heads` or `context` may name. */
function entryWords(items: Items, { home }: Override): readonly string[] {
  return [...headWords, "module", ...unitWords({ items }, home)];
}

function selectorNode(text: string, span: Name["span"]): Expression {
  const [from, to] = text.split("..");
  if (from !== undefined && to !== undefined)
    return { kind: "Range", span, from: selectorNode(from, span), to: selectorNode(to, span) };
  if (/^[0-9]/.test(text)) return { kind: "Number", span, value: Number(text), isInteger: true };
  return { kind: "Reference", span, name: text };
}

/** `local`, `2`, `last - 1`, `2..last`: how a selector is written in a path, without spaces. */
function selectorText(node: Expression): string {
  switch (node.kind) {
    case "Reference":
      return node.name;
    case "Number":
      return String(node.value);
    case "Range":
      return `${selectorText(node.from)}..${selectorText(node.to)}`;
    case "Binary":
      return `${selectorText(node.left)}${node.operator}${selectorText(node.right)}`;
    default:
      return "";
  }
}

type Entry = HeadsItem["entries"][number];

function addEntry(items: Items, kind: Lines["kind"], entry: Entry): Items {
  const lines = items.find((item) => item.kind === kind);
  if (lines?.kind !== "Heads" && lines?.kind !== "Context")
    return [...items, { kind, span: entry.span, entries: [entry] }];
  return items.map((item) => (item === lines ? { ...lines, entries: [...lines.entries, entry] } : item));
}

function replaceEntry(items: Items, old: Entry, entry: Entry): Items {
  return items.map((item) =>
    item.kind === "Heads" || item.kind === "Context"
      ? { ...item, entries: item.entries.map((each) => (each === old ? entry : each)) }
      : item,
  );
}

/** Words that are values of recipe fields. */
const recipeWords = [
  ...["simultaneous", "sequential", "parallel", "at_end", "immediate"],
  ...["per_step", "per_execution", "recompute", "none"],
];

function setField(items: Items, [name, parameter, ...rest]: readonly string[], override: Override): Items | undefined {
  const known = recipeFields.map((field) => `train.${field}`);
  if (name === undefined || !(recipeFields as readonly string[]).includes(name) || rest.length > 0)
    return override.unknown(known);
  const train = items.find((item) => item.kind === "Train");
  const old = fieldsOf(train, fileScope(override.home)).get(name);
  let value: Expression | undefined;
  if (parameter === undefined) value = override.expression(recipeWords);
  else if (old === undefined)
    return override.unknown([...known.filter((each) => each !== `train.${name}`), `train.${name}`]);
  else {
    // A field of an imported recipe keeps its own file's names.
    if (old.scope.file !== override.home) markOrigins(old.field.value, old.scope, override.origins);
    value = withArgument(old.field.value, parameter, 0, ["train", name], override);
  }
  if (value === undefined) return undefined;
  const field: Field = { kind: "Field", span: value.span, name: { kind: "Name", span: value.span, text: name }, value };
  const item: TrainItem = train ?? { kind: "Train", span: value.span, fields: [] };
  return replaceItem(items, { ...item, fields: [...item.fields.filter((each) => each.name.text !== name), field] });
}

/**
 * `infopro(5)` with `reconstruct` set to 6 is `infopro(reconstruct = 6)`. `offset` counts parameters that a pipe fills:
 * a head's module.
 */
function withArgument(
  node: Expression,
  parameter: string,
  offset: number,
  prefix: readonly string[],
  override: Override,
  words: readonly string[] = [],
): Expression | undefined {
  const call: Call | undefined =
    node.kind === "Call"
      ? node
      : node.kind === "Reference"
        ? { kind: "Call", span: node.span, callee: node, arguments: [] }
        : undefined;
  if (call === undefined) return override.unknown([prefix.join(".")]);
  const names = parametersIn(call.callee, override.origins.get(call.callee)?.file ?? override.home);
  if (names !== undefined && !names.slice(offset).includes(parameter))
    return override.unknown(names.slice(offset).map((name) => [...prefix, name].join(".")));
  const value = override.expression(words);
  if (value === undefined) return undefined;
  const argument: Argument = {
    kind: "Argument",
    span: value.span,
    name: { kind: "Name", span: value.span, text: parameter },
    value,
  };
  const position = names === undefined ? -1 : names.indexOf(parameter) - offset;
  let positional = -1;
  const kept = call.arguments.filter((each) => {
    if (each.name !== undefined) return each.name.text !== parameter;
    positional++;
    return positional !== position;
  });
  // Positional arguments behind a removed one would move up, so all of them are named.
  let count = -1;
  const removed = kept.length < call.arguments.length;
  const renamed = removed
    ? call.arguments
        .map((each) => nameArgument(each, each.name === undefined ? ++count : -1, names, offset))
        .filter((each) => each.name?.text !== parameter)
    : kept;
  const changed: Call = { ...call, arguments: [...renamed, argument] };
  const origin = override.origins.get(node);
  if (origin !== undefined) override.origins.set(changed, origin);
  return changed;
}

function nameArgument(
  argument: Argument,
  position: number,
  names: readonly string[] | undefined,
  offset: number,
): Argument {
  const name = position < 0 ? undefined : names?.[position + offset];
  return name === undefined ? argument : { ...argument, name: { kind: "Name", span: argument.span, text: name } };
}

function parametersIn(callee: Expression, file: ResolvedFile): readonly string[] | undefined {
  if (callee.kind !== "Reference") return undefined;
  const declaration = file.values.get(callee.name)?.declaration;
  if (declaration === undefined) return builtInParameters(callee.name)?.map(({ name }) => name);
  return declaration.kind === "Let" ? undefined : parameterShapes(declaration.parameters).map(({ name }) => name);
}
