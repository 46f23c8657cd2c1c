/** Names and what they are bound to, inside out; the outermost scope is a file's. */
import type { Place, Span } from "../../grammar/span.ts";
import type { ResolvedFile } from "../1-resolve/resolved-project.ts";
import type { Value } from "./value.ts";

export interface Scope {
  readonly names: Map<string, Binding>;
  readonly outer?: Scope;
  readonly file: ResolvedFile;
  /** The path places are made with: the file's, or `--set train.batch` for an override. */
  readonly path: string;
}

export interface Binding {
  readonly value: Value;
  readonly place?: Place;
}

export function fileScope(file: ResolvedFile, path = file.path): Scope {
  return { names: new Map(), file, path };
}

export function innerScope(outer: Scope): Scope {
  return { names: new Map(), outer, file: outer.file, path: outer.path };
}

/** The same names, with expressions that stand in another text. */
export function scopeInText(scope: Scope, path: string): Scope {
  return { names: new Map(), outer: scope, file: scope.file, path };
}

export function findBinding(scope: Scope, name: string): Binding | undefined {
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    const binding = at.names.get(name);
    if (binding !== undefined) return binding;
  }
  return undefined;
}

export function placeIn(scope: Scope, span: Span): Place {
  return { file: scope.path, start: span.start, end: span.end };
}
