/** Symbols of a file, what folds, and what each name is (for colouring). */

import { findOperation } from "../../compiler/operations/registry.ts";
import { type Declaration, type Span, type SyntaxNode, visit } from "../../grammar/index.ts";
import { occurrencesIn } from "./occurrences.ts";
import { meaningOf, type View } from "./view.ts";

export interface OutlineItem {
  readonly name: string;
  readonly kind: Exclude<Declaration["kind"], "Import"> | "Unit" | "Group" | "Loss";
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly OutlineItem[];
}

export function outline(view: View): readonly OutlineItem[] {
  return view.project.main.tree.declarations.flatMap((declaration) => {
    if (declaration.kind === "Import") return [];
    const span = view.toShown(declaration.span);
    const nameSpan = view.toShown(declaration.name.span);
    if (span === undefined || nameSpan === undefined || declaration.name.text === "") return [];
    return [
      { name: declaration.name.text, kind: declaration.kind, span, nameSpan, children: inside(declaration, view) },
    ];
  });
}

function inside(declaration: Declaration, view: View): OutlineItem[] {
  const items: OutlineItem[] = [];
  const add = (kind: OutlineItem["kind"], node: SyntaxNode, name: Span): void => {
    const span = view.toShown(node.span);
    const nameSpan = view.toShown(name);
    const text = nameSpan === undefined ? "" : view.text.slice(nameSpan.start, nameSpan.end);
    if (span !== undefined && nameSpan !== undefined && text !== "")
      items.push({ name: text, kind, span, nameSpan, children: [] });
  };
  visit(declaration, {
    Unit: (node) => add("Unit", node, node.address.span),
    Group: (node) => add("Group", node, node.address.span),
    Loss: (node) => add("Loss", node, node.name.span),
  });
  return items;
}

/** Everything with a body over several lines, and runs of imports and comments; spans as the editor counts. */
export function folds(view: View): readonly { readonly span: Span; readonly kind?: "imports" | "comment" }[] {
  const found: { span: Span; kind?: "imports" | "comment" }[] = [];
  const { declarations, comments } = view.project.main.tree;
  const foldable = new Set([
    "Block",
    "Head",
    "Backbone",
    "Recipe",
    "Model",
    "Ablate",
    "Group",
    "For",
    "IfStatement",
    "Heads",
    "Context",
    "Train",
    "Unit",
    "List",
    "Match",
  ]);
  for (const declaration of declarations) {
    visit(declaration, {
      enter: (node) => {
        const span = foldable.has(node.kind) ? view.toShown(node.span) : undefined;
        if (span !== undefined) found.push({ span });
      },
    });
  }
  const runs = (spans: readonly Span[], kind: "imports" | "comment"): void => {
    let run: Span | undefined;
    for (const span of spans) {
      const isNext = run !== undefined && /^[^\S\n]*\n?[^\S\n]*$/.test(view.text.slice(run.end, span.start));
      if (run !== undefined && !isNext) found.push({ span: run, kind });
      run = run !== undefined && isNext ? { start: run.start, end: span.end } : span;
    }
    if (run !== undefined) found.push({ span: run, kind });
  };
  runs(
    declarations.flatMap((each) => (each.kind === "Import" ? (view.toShown(each.span) ?? []) : [])),
    "imports",
  );
  runs(
    comments.flatMap((each) => view.toShown(each.span) ?? []),
    "comment",
  );
  return found;
}

export const tokenTypes = [
  "function",
  "class",
  "variable",
  "parameter",
  "property",
  "struct",
  "namespace",
  "method",
] as const;
export const tokenModifiers = ["declaration", "defaultLibrary"] as const;

export interface Token {
  readonly span: Span;
  readonly type: (typeof tokenTypes)[number];
  readonly modifiers: readonly (typeof tokenModifiers)[number][];
}

/** Names by what they stand for, in the order of the text. Keywords, strings and numbers are the editor grammar's. */
export function tokens(view: View, start = 0, end = view.text.length): readonly Token[] {
  const found: Token[] = [];
  for (const declaration of view.project.main.tree.declarations) {
    const at = view.toShown(declaration.span);
    if (at === undefined || at.end < start || end < at.start) continue;
    for (const occurrence of occurrencesIn(declaration)) {
      const span = view.toShown(occurrence.span);
      if (span === undefined || span.end <= span.start) continue;
      const isDeclared = occurrence.role === "declaration" || occurrence.role === "definition";
      const own = isDeclared ? (["declaration"] as const) : [];
      if (occurrence.kind !== undefined) found.push({ span, type: occurrence.kind, modifiers: own });
      else if (occurrence.role === "argument") found.push({ span, type: "property", modifiers: [] });
      else {
        const meaning = meaningOf(occurrence, declaration, view);
        const kind = meaning?.declaration?.kind;
        const isLibrary = meaning?.path.startsWith("std/") === true;
        if (kind !== undefined && kind !== "Import")
          found.push({ span, type: kinds[kind], modifiers: isLibrary ? [...own, "defaultLibrary"] : own });
        else if (findOperation(occurrence.name) !== undefined)
          found.push({ span, type: "method", modifiers: ["defaultLibrary"] });
      }
    }
  }
  found.sort((a, b) => a.span.start - b.span.start);
  // A token begins behind the end of the one before; only a mistaken text has two at one place.
  return found.filter(({ span }, index) => index === 0 || (found[index - 1]?.span.end ?? 0) <= span.start);
}

const kinds = {
  Let: "variable",
  Function: "function",
  Block: "function",
  Head: "class",
  Backbone: "class",
  Recipe: "struct",
  Model: "namespace",
  Ablate: "namespace",
} as const;
