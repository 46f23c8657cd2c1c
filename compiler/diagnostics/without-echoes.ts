import type { Diagnostic } from "./diagnostic.ts";

/**
 * One mistake, one diagnostic: a body evaluated for several units or modules reports its mistake every time; the first
 * report per code and place stays. Order is kept.
 */
export function withoutEchoes(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ code, primary: { place } }) => {
    const key = `${code} ${place.file} ${place.start} ${place.end}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
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
