import type { Place } from "../../grammar/index.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Layout } from "./layout.ts";

/** The diagnostic with places in the text a person sees; undefined where its place is no longer there. */
export function showDiagnostic(diagnostic: Diagnostic, path: string, layout: Layout): Diagnostic | undefined {
  const { primary, related, fix, ...rest } = diagnostic;
  const place = showPlace(primary.place, path, layout);
  if (place === undefined) return undefined;
  const edits = fix?.edits.flatMap((edit) => {
    const shown = showPlace(edit.place, path, layout);
    return shown === undefined ? [] : [{ place: shown, text: edit.text }];
  });
  return {
    ...rest,
    primary: { place, text: primary.text },
    related: related.flatMap(({ place: other, text }) => {
      const shown = showPlace(other, path, layout);
      return shown === undefined ? [] : [{ place: shown, text }];
    }),
    ...(fix !== undefined && edits !== undefined && { fix: { ...fix, edits } }),
  };
}

export function showPlace(place: Place, path: string, layout: Layout): Place | undefined {
  if (place.file !== path) return place;
  const span = layout.spanToShown(place);
  return span && { file: path, ...span };
}
