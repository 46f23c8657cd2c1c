import type { Place } from "../../grammar/span.ts";
import { overridePath } from "../2-elaborate/override.ts";
import type { Diagnostic, Label } from "../diagnostics/diagnostic.ts";
import type { AxisDraft, Cell, StudyDraft } from "./draft.ts";

/**
 * A diagnostic of a variant, shown where its study says what is wrong: at the value in the block, or at the path where that
 * is wrong. What lies elsewhere, in a model or a library, is shown there, with the variant it happens in.
 */
export function placeInStudy(
  diagnostic: Diagnostic,
  cells: ReadonlyMap<string, Cell>,
  axes: readonly AxisDraft[],
  variant: { readonly name: string; readonly place: StudyDraft["place"] },
): Diagnostic {
  const origins = new Map([...cells].map(([path, cell]) => [overridePath(path), { path, cell }]));
  const move = (place: Place): Place => {
    const origin = origins.get(place.file)?.cell;
    if (origin === undefined) return place;
    const { file, start, end } = origin.place;
    if (!origin.isVerbatim) return { file, start, end };
    return { file, start: Math.min(start + place.start, end), end: Math.min(start + place.end, end) };
  };
  const moved = (label: Label): Label => ({ ...label, place: move(label.place) });
  const own = origins.get(diagnostic.primary.place.file);
  const path = axes.flatMap(({ paths }) => paths).find(({ text }) => text === own?.path);
  const primary =
    diagnostic.name === "unknown-path" && path !== undefined
      ? { ...diagnostic.primary, place: path.place }
      : moved(diagnostic.primary);
  const related = diagnostic.related.map(moved);
  // A value of the right type that does not fit may fit with others: say with which it does not.
  const needsVariant = own !== undefined && axes.length > 1 && !/^LL[26]/.test(diagnostic.code);
  if (own === undefined && cells.size > 0)
    related.push({ place: variant.place, text: `in the variant \`${variant.name}\`` });
  const { fix, ...kept } = diagnostic;
  const isMovable = fix?.edits.every(({ place }) => origins.get(place.file)?.cell.isVerbatim !== false);
  return {
    ...kept,
    primary: needsVariant && primary.text === "" ? { ...primary, text: `in the variant \`${variant.name}\`` } : primary,
    related,
    ...(fix &&
      isMovable && { fix: { ...fix, edits: fix.edits.map((edit) => ({ ...edit, place: move(edit.place) })) } }),
  };
}
