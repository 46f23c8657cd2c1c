import type { Diagnostic, Label } from "../../compiler/index.ts";
import type { Session } from "./session.ts";

/** Prints diagnostics with the source around them, on stderr. */
export async function reportDiagnostics(
  session: Session,
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): Promise<void> {
  if (diagnostics.length === 0) return;
  const { renderDiagnostic } = await session.services.compiler();
  for (const diagnostic of diagnostics) {
    session.io.error(`${renderDiagnostic(diagnostic, sources, { color: session.color }).trimEnd()}\n\n`);
  }
}

/** Diagnostics for programs: places as 1-based line and column beside the offsets. */
export function diagnosticsJson(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): readonly object[] {
  return diagnostics.map(({ code, name, severity, message, primary, related, help, fix }) => ({
    code,
    name,
    severity,
    message,
    ...labelJson(primary, sources),
    related: related.map((label) => labelJson(label, sources)),
    ...(help !== undefined && { help }),
    ...(fix !== undefined && { fix }),
  }));
}

function labelJson({ place, text }: Label, sources: ReadonlyMap<string, string>): object {
  const before = (sources.get(place.file) ?? "").slice(0, place.start);
  const line = before.split("\n").length;
  const column = place.start - before.lastIndexOf("\n");
  return { file: place.file, line, column, start: place.start, end: place.end, label: text };
}
