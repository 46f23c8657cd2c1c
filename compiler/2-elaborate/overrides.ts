/**
 * `--set path=value`: rewrites the model declaration before it is elaborated, so that an override and the same words in
 * the file mean the same.
 */
import type { ModelDeclaration } from "../../grammar/syntax-tree.ts";
import type { ResolvedFile } from "../1-resolve/resolved-project.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { createOverride, type Override, overridePath } from "./override.ts";
import { withArgument } from "./override-argument.ts";
import { setEntry } from "./override-entry.ts";
import { setField } from "./override-field.ts";
import { type Items, replaceItem } from "./override-items.ts";
import { recipeFields } from "./recipe.ts";
import type { Scope } from "./scope.ts";

export type Overrides = Readonly<Record<string, string | number | boolean>>;

export interface Overridden {
  readonly declaration: ModelDeclaration;
  /** Nodes that stand in an override's text, or in another file's recipe, with the scope to evaluate them in. */
  readonly origins: ReadonlyMap<object, Scope>;
  readonly diagnostics: readonly Diagnostic[];
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
