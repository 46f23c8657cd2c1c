/** What could be written at a place. */
import { builtInFunctions, headWords, recipeChoices } from "../../compiler/1-resolve/built-in-names.ts";
import type { ResolvedFile } from "../../compiler/1-resolve/resolved-project.ts";
import { operations } from "../../compiler/operations/registry.ts";
import { type Signature, signatureOf, signatureOfOperation } from "./describe.ts";
import { occurrencesIn } from "./occurrences.ts";
import { surroundingsOf } from "./surroundings.ts";
import type { View } from "./view.ts";

export interface Suggestion {
  readonly label: string;
  readonly kind:
    | "keyword"
    | "operation"
    | "function"
    | "head"
    | "backbone"
    | "recipe"
    | "model"
    | "value"
    | "argument"
    | "unit"
    | "file"
    | "field";
  readonly detail?: string;
  readonly documentation?: string;
  /** Instead of the label. */
  readonly insert?: string;
  /** An import that has to be added. */
  readonly importFrom?: string;
}

export interface CompletionSources {
  /** Files of the standard library, and what they declare. */
  readonly library: () => readonly ResolvedFile[];
  /** What a path of an import declares. */
  readonly open: (from: string) => ResolvedFile | undefined;
  /** Paths an import may name: `"std/heads"`, `"./blocks"`. */
  readonly importable: () => readonly string[];
  /** Addresses of the units of the model around an offset, where it could be read. */
  readonly addresses: (offset: number) => readonly string[];
}

export function completionsAt(view: View, offset: number, sources: CompletionSources): readonly Suggestion[] {
  const { main } = view.project;
  const here = view.toKept(offset);
  const declaration = main.tree.declarations.findLast(({ span }) => span.start <= here);
  const start = declaration && view.toShown(declaration.span)?.start;
  // Nothing before the declaration matters, unless it is broken; then a little more does.
  const at = surroundingsOf(
    view.text,
    offset,
    start !== undefined && start <= offset ? start : Math.max(0, offset - 20_000),
  );
  if (at.inComment) return [];
  if (at.inString) {
    if (/\bfrom\s+"[^"]*$/.test(at.line)) return sources.importable().map((label) => ({ label, kind: "file" }));
    const options = operations
      .flatMap(({ name, parameters }) => (name === at.call?.callee ? parameters : []))
      .flatMap(({ options: each }) => each ?? []);
    return options.map((label) => ({ label, kind: "value" }));
  }
  if (at.room === "import") {
    const from = /^[^\n}]*\}\s*from\s*"([^"\n]+)"/.exec(view.text.slice(offset))?.[1];
    const files = from === undefined ? sources.library() : [sources.open(from)];
    return files.flatMap((file) => (file === undefined ? [] : declared(file)));
  }
  if (/\b(?:after|with)\s[^{}]*$/.test(at.line) && at.room === "model")
    return sources.addresses(offset).map((label) => ({ label, kind: "unit" }));
  if (at.call !== undefined) {
    const { callee } = at.call;
    const named = signatureFor(callee, main)?.parameters ?? [];
    const isValue = /=\s*\w*$/.test(at.line);
    const names = named.map(
      ({ name, label, documentation }): Suggestion => ({
        label: name,
        kind: "argument",
        detail: label,
        documentation,
        insert: `${name} = `,
      }),
    );
    return [...(isValue ? [] : names), ...expressions(view, offset, sources)];
  }
  const isBehindColon = /:[^:]*$/.test(at.line);
  switch (at.room) {
    case "file":
      if (/^\s*\w*$/.test(at.line))
        return keywords("import", "let", "fn", "block", "head", "backbone", "recipe", "model", "ablate");
      if (/\bof\s+\w*$/.test(at.line)) return main.models.map(({ name }) => ({ label: name.text, kind: "model" }));
      return expressions(view, offset, sources);
    case "model":
      if (/^\s*\w*$/.test(at.line))
        return keywords("input", "classes", "backbone", "split", "heads", "context", "train", "readout");
      if (/\bbackbone\s+\w*$/.test(at.line)) return ofKind(view, sources, "Backbone");
      if (/\btrain\s+\w*$/.test(at.line)) return ofKind(view, sources, "Recipe");
      if (/\bsplit\s+\w*$/.test(at.line)) return keywords("into", "after");
      if (/\bby\s+\w*$/.test(at.line)) return keywords("units", "parameters", "macs", "memory");
      if (/\binto\s+\S+\s+\w*$/.test(at.line)) return keywords("by", "with");
      if (/\breadout\s*:?\s*\w*$/.test(at.line)) return keywords("exit", "ensemble");
      return expressions(view, offset, sources);
    case "heads":
      if (isBehindColon)
        return [...ofKind(view, sources, "Head"), ...keywords("off"), ...expressions(view, offset, sources, false)];
      return keywords("local", "last", "each");
    case "context":
      return isBehindColon ? expressions(view, offset, sources) : keywords("each", "last");
    case "fields":
      if (!isBehindColon)
        return Object.keys(recipeChoices).map((label) => ({ label, kind: "field", insert: `${label}: ` }));
      return fieldChoices(at.line);
    case "ablate":
      if (/^\s*\w*$/.test(at.line)) return keywords("vary", "repeat", "skip when", "compare to");
      return expressions(view, offset, sources);
    case "backbone":
      if (/^\s*\w*$/.test(at.line)) return keywords("unit", "group", "for", "if", "let");
      return expressions(view, offset, sources);
    case "body":
      return [
        ...(/^\s*\w*$/.test(at.line) ? keywords("let", "tap", "shared", "loss", "return", "for", "if") : []),
        ...expressions(view, offset, sources),
      ];
    case "other":
      return expressions(view, offset, sources);
  }
}

/** The signature of the call around an offset, and which of its parameters is being written. */
export function signatureAt(view: View, offset: number): { signature: Signature; active: number } | undefined {
  const { call } = surroundingsOf(view.text, offset, Math.max(0, offset - 4_000));
  const signature = call && signatureFor(call.callee, view.project.main);
  if (call === undefined || signature === undefined) return undefined;
  const argument = view.text.slice(0, offset).match(/[(,]\s*([A-Za-z_]\w*)\s*=[^=,()]*$/)?.[1];
  const named = signature.parameters.findIndex(({ name }) => name === argument);
  return { signature, active: named >= 0 ? named : call.argument + (call.isPiped ? 1 : 0) };
}

function signatureFor(callee: string, main: ResolvedFile): Signature | undefined {
  const declared = main.values.get(callee)?.declaration;
  return declared === undefined ? signatureOfOperation(callee) : signatureOf(declared);
}

function keywords(...labels: readonly string[]): Suggestion[] {
  return labels.map((label) => ({ label, kind: "keyword" }));
}

function expressions(view: View, offset: number, sources: CompletionSources, withLibrary = true): Suggestion[] {
  const { main } = view.project;
  const kept = view.toKept(offset);
  const declaration = main.tree.declarations.find(({ span }) => span.start <= kept && kept <= span.end);
  const locals =
    declaration === undefined
      ? []
      : occurrencesIn(declaration).flatMap(({ role, name, span }) =>
          role === "definition" && span.start < kept ? [name] : [],
        );
  const words = declaration?.kind === "Head" || declaration?.kind === "Model" ? [...headWords, "module"] : [];
  const own = [...main.values.keys()].flatMap((name) => suggestionOf(name, main) ?? []);
  const known = new Set([...main.values.keys(), ...main.recipes.keys()]);
  const elsewhere = withLibrary
    ? sources.library().flatMap((file) =>
        declared(file)
          .filter(({ label, kind }) => !known.has(label) && kind === "function")
          .map((each) => ({ ...each, importFrom: file.path.replace(/\.llnet$/, "") })),
      )
    : [];
  return [
    ...[...new Set([...locals, ...words])].map((label): Suggestion => ({ label, kind: "value" })),
    ...own,
    ...operations.map(({ name, summary }): Suggestion => {
      const detail = signatureOfOperation(name)?.label;
      return { label: name, kind: "operation", documentation: summary, ...(detail !== undefined && { detail }) };
    }),
    ...builtInFunctions.map((label): Suggestion => ({ label, kind: "function" })),
    ...elsewhere,
    ...keywords("if", "match", "for", "true", "false"),
  ];
}

function suggestionOf(name: string, file: ResolvedFile): Suggestion | undefined {
  const declaration = (file.values.get(name) ?? file.recipes.get(name))?.declaration;
  const signature = declaration && signatureOf(declaration);
  if (declaration === undefined || signature === undefined) return undefined;
  const kinds = {
    Let: "value",
    Function: "function",
    Block: "function",
    Head: "head",
    Backbone: "backbone",
    Recipe: "recipe",
  } as const;
  return {
    label: name,
    kind: kinds[declaration.kind],
    detail: signature.label,
    documentation: signature.documentation,
  };
}

function declared(file: ResolvedFile): Suggestion[] {
  return file.tree.declarations.flatMap((declaration) =>
    declaration.kind === "Import" || declaration.kind === "Model" || declaration.kind === "Ablate"
      ? []
      : (suggestionOf(declaration.name.text, file) ?? []),
  );
}

/** Those of the file, and those of the library with the import they need. */
function ofKind(view: View, sources: CompletionSources, kind: "Head" | "Backbone" | "Recipe"): Suggestion[] {
  const wanted = { Head: "head", Backbone: "backbone", Recipe: "recipe" }[kind];
  const { main } = view.project;
  const own = [...main.values.keys(), ...main.recipes.keys()].flatMap((name) => suggestionOf(name, main) ?? []);
  const known = new Set(own.map(({ label }) => label));
  const library = sources
    .library()
    .flatMap((file) => declared(file).map((each) => ({ ...each, importFrom: file.path.replace(/\.llnet$/, "") })));
  return [...own, ...library.filter(({ label }) => !known.has(label))].filter((each) => each.kind === wanted);
}

function fieldChoices(line: string): Suggestion[] {
  const field = /(\w+)\s*:[^:]*$/.exec(line)?.[1] ?? "";
  const choices: Readonly<Record<string, readonly string[]>> = recipeChoices;
  return (Object.hasOwn(choices, field) ? (choices[field] ?? []) : []).map((label) => ({ label, kind: "value" }));
}
