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
