import type { Place } from "../../grammar/span.ts";
import type { Diagnostic } from "./diagnostic.ts";

/**
 * One mistake, one diagnostic: a body evaluated for several units or modules reports its mistake every time, and so do several
 * lines of a library that are given one wrong argument. Of reports that share a place, or the call and the words, or the tensor
 * that lacks what they ask for, the first stays. Order is kept.
 */
export function withoutEchoes(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  const errors: Place[] = [];
  return diagnostics.filter((diagnostic) => {
    const keys = sharedBy(diagnostic);
    const { place } = diagnostic.primary;
    const isPartOfError = errors.some((error) => isWithin(place, error));
    if (isPartOfError || keys.some((key) => seen.has(key))) return false;
    for (const key of keys) seen.add(key);
    if (diagnostic.severity === "error") errors.push(place);
    return true;
  });
}

/** What an echo has in common with the report it repeats. */
function sharedBy({ code, message, primary: { place }, related }: Diagnostic): string[] {
  const call = related.find(({ text }) => text === "called here")?.place;
  const tensor = related.find(({ text }) => text.startsWith("made here"))?.place;
  return [
    `${code} ${place.file} ${place.start} ${place.end}`,
    ...(call === undefined ? [] : [`${code} ${call.file} ${call.start} ${message}`]),
    ...(tensor === undefined ? [] : [`${code} ${tensor.file} ${tensor.start} ${call?.start}`]),
  ];
}

/** Part of an expression that is wrong for another module already. */
function isWithin(inner: Place, outer: Place): boolean {
  if (inner.file !== outer.file || inner.start < outer.start || inner.end > outer.end) return false;
  return inner.end - inner.start < outer.end - outer.start;
}

/**
 * What a syntax error leaves behind is no mistake of its own: other reports on its line, and the item of a model that could
 * not be read and so is missing. They come back, if they are true, when the syntax is mended.
 */
export function withoutSyntaxEchoes(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): readonly Diagnostic[] {
  const broken = diagnostics.filter(isSyntax);
  if (broken.length === 0) return diagnostics;
  const lines = new Set(broken.map((each) => lineOf(each, sources)));
  const files = new Set(broken.map(({ primary }) => primary.place.file));
  return diagnostics.filter((each) => {
    if (isSyntax(each)) return true;
    if (each.name === "missing-item" && files.has(each.primary.place.file)) return false;
    return !lines.has(lineOf(each, sources));
  });
}

function isSyntax({ code }: Diagnostic): boolean {
  return code.startsWith("LL1");
}

/** The place of the line's beginning, which says the line without counting. */
function lineOf({ primary: { place } }: Diagnostic, sources: ReadonlyMap<string, string>): string {
  const text = sources.get(place.file) ?? "";
  return `${place.file} ${place.start === 0 ? 0 : text.lastIndexOf("\n", place.start - 1) + 1}`;
}
