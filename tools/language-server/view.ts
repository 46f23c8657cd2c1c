/** A file to answer questions about, open in the editor or not; and what names in it stand for. */

import { resolve } from "../../compiler/1-resolve/resolve.ts";
import type { ResolvedFile, ResolvedProject } from "../../compiler/1-resolve/resolved-project.ts";
import type { SourceHost } from "../../compiler/index.ts";
import { type Declaration, type Parameter, parse, type Span } from "../../grammar/index.ts";
import { type Occurrence, occurrencesIn } from "./occurrences.ts";

export interface View {
  readonly path: string;
  readonly text: string;
  readonly project: ResolvedProject;
  /** A span of the file's tree as the editor counts. */
  readonly toShown: (span: Span) => Span | undefined;
  /** An offset of the editor as the tree counts. */
  readonly toKept: (offset: number) => number;
}

/** A file nobody has open. */
export function readView(path: string, text: string, host: SourceHost): View {
  const { value: project } = resolve(parse(text, path).tree, host);
  return { path, text, project, toShown: (span) => span, toKept: (offset) => offset };
}

/** What a name stands for: the place of its definition is its identity. */
export interface Meaning {
  readonly name: string;
  readonly path: string;
  /** As the editor counts. */
  readonly span: Span;
  /** The declaration it is, or is a parameter of. */
  readonly declaration?: Declaration;
  readonly parameter?: Parameter;
  readonly file: ResolvedFile;
}

export function occurrenceAt(
  view: View,
  offset: number,
): { occurrence: Occurrence; declaration: Declaration } | undefined {
  const kept = view.toKept(offset);
  for (const declaration of view.project.main.tree.declarations) {
    if (declaration.span.start > kept || kept > declaration.span.end) continue;
    const occurrence = occurrencesIn(declaration).find(({ span }) => span.start <= kept && kept <= span.end);
    if (occurrence !== undefined) return { occurrence, declaration };
  }
  return undefined;
}

export function meaningOf(occurrence: Occurrence, declaration: Declaration, view: View): Meaning | undefined {
  const { main } = view.project;
  const { name, role, local } = occurrence;
  if (local !== undefined) {
    const span = view.toShown(local.span);
    if (span === undefined) return undefined;
    const parameter = parametersOf(declaration).find((each) => each.name === local);
    return { name, path: view.path, span, file: main, ...(parameter && { parameter, declaration }) };
  }
  if (role === "declaration") return meaningOfDeclaration(declaration, main, view);
  if (role === "argument") {
    const callee = main.values.get(occurrence.callee ?? "");
    const parameter = callee && parametersOf(callee.declaration).find((each) => each.name.text === name);
    if (callee === undefined || parameter === undefined) return undefined;
    const span = callee.file.path === view.path ? view.toShown(parameter.name.span) : parameter.name.span;
    return (
      span && { name, path: callee.file.path, span, declaration: callee.declaration, parameter, file: callee.file }
    );
  }
  const found =
    role === "recipe"
      ? main.recipes.get(name)
      : role === "model"
        ? modelOf(name, main)
        : (main.values.get(name) ?? main.recipes.get(name) ?? main.importedModels.get(name));
  return found && meaningOfDeclaration(found.declaration, found.file, view);
}

function modelOf(name: string, main: ResolvedFile) {
  const own = main.models.find((model) => model.name.text === name);
  return own === undefined ? main.importedModels.get(name) : { declaration: own, file: main };
}

export function meaningOfDeclaration(declaration: Declaration, file: ResolvedFile, view: View): Meaning | undefined {
  if (declaration.kind === "Import") return undefined;
  const { text, span } = declaration.name;
  const shown = file.path === view.path ? view.toShown(span) : span;
  return shown && { name: text, path: file.path, span: shown, declaration, file };
}

export function parametersOf(declaration: Declaration): readonly Parameter[] {
  return "parameters" in declaration ? declaration.parameters : [];
}

/** Every place of a file where something is named. */
export function placesOf(wanted: Meaning, view: View): readonly Span[] {
  if (!view.text.includes(wanted.name)) return [];
  return view.project.main.tree.declarations.flatMap((declaration) =>
    occurrencesIn(declaration).flatMap((occurrence) => {
      if (occurrence.name !== wanted.name) return [];
      const meaning = meaningOf(occurrence, declaration, view);
      const isSame = meaning?.path === wanted.path && meaning.span.start === wanted.span.start;
      const span = isSame ? view.toShown(occurrence.span) : undefined;
      return span === undefined ? [] : [span];
    }),
  );
}
