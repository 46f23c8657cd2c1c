import { valuesOf } from "./combine.ts";
import type { Combination, StudyDraft } from "./draft.ts";
import type { Setting } from "./setting-groups.ts";

/** Everything a combination sets, the study's own values among it. */
export function cellsOf({ base }: StudyDraft, { cells }: Combination): Combination["cells"] {
  return new Map([...base, ...cells]);
}

export function settingOf(draft: StudyDraft, combination: Combination): Setting {
  return { model: draft.model, set: valuesOf(cellsOf(draft, combination)) };
}
