/** Studies from what was opened and what its settings were compiled to. */
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { distinctMistakes } from "./check-studies.ts";
import { baselinesOf, type Combined, valuesOf } from "./combine.ts";
import type { SettingResult } from "./compile-group.ts";
import type { CompiledSetting } from "./compile-structure.ts";
import type { Combination, StudyDraft } from "./draft.ts";
import type { OpenedStudies } from "./open-studies.ts";
import { placeInStudy } from "./place-in-study.ts";
import { sha256 } from "./program-identity.ts";
import { cellsOf, settingOf } from "./setting-of.ts";
import type { Exclusion, Study, Variant } from "./study.ts";

export interface ExpandedStudies {
  readonly studies: readonly Study[];
  readonly diagnostics: readonly Diagnostic[];
  /** Text of every file read, by path, and of the command line's values, for rendering diagnostics. */
  readonly sources: ReadonlyMap<string, string>;
  /** Text of every file read, by path: what the variants are compiled from. */
  readonly texts: ReadonlyMap<string, string>;
  /** Names of the file's blocks. */
  readonly names: readonly string[];
}

/** With the results of the opened settings, in their order. */
export function assembleStudies(opened: OpenedStudies, compiled: readonly SettingResult[]): ExpandedStudies {
  const { project, names, sources } = opened;
  const diagnostics = [...opened.diagnostics];
  if (project === undefined) return { studies: [], diagnostics, sources, texts: new Map(), names };
  const seen = new Map<string, string>();
  const texts = [...project.sources].sort(([a], [b]) => (a < b ? -1 : 1));
  const sourceText = JSON.stringify(texts);
  let next = 0;
  const studies = opened.studies.map(({ draft, ...rest }) => {
    const own = compiled.slice(next, next + rest.combinations.length);
    next += rest.combinations.length;
    const made = own.map(({ value, diagnostics: found }, index) => {
      const combination = rest.combinations[index] as Combination;
      const placed = found.map((each) =>
        placeInStudy(each, cellsOf(draft, combination), rest.axes, { name: combination.name, place: draft.place }),
      );
      diagnostics.push(...placed);
      return { combination, value, reason: placed.find(({ severity }) => severity === "error")?.message ?? "" };
    });
    return studyOf(draft, rest, made, { project, diagnostics, seen, sourceText });
  });
  return { studies, diagnostics: distinctMistakes(diagnostics), sources, texts: project.sources, names };
}

interface Made {
  readonly combination: Combination;
  readonly value: CompiledSetting | undefined;
  readonly reason: string;
}

interface Surroundings {
  readonly project: ResolvedProject;
  readonly diagnostics: Diagnostic[];
  /** The first variant of each program. */
  readonly seen: Map<string, string>;
  readonly sourceText: string;
}

function studyOf(
  draft: StudyDraft,
  combined: Combined,
  made: readonly Made[],
  { project, diagnostics, seen, sourceText }: Surroundings,
): Study {
  const baselines = baselinesOf(draft, combined, diagnostics);
  const valid = new Set(made.filter(({ value }) => value !== undefined).map(({ combination }) => combination.name));
  const variants = made.flatMap(({ combination, value }): Variant[] => {
    if (value === undefined) return [];
    const { name, cells } = combination;
    const { set } = settingOf(draft, combination);
    const sameAs = seen.get(value.programHash);
    if (sameAs === undefined) seen.set(value.programHash, `${draft.name}/${name}`);
    const comparedTo = baselines.get(name);
    return [
      {
        name,
        set: valuesOf(cells),
        overrides: set,
        ...value,
        sourceHash: sha256(`${sourceText} ${JSON.stringify([draft.model, set])}`),
        ...(sameAs !== undefined && { sameAs }),
        ...(comparedTo !== undefined && comparedTo !== name && valid.has(comparedTo) && { comparedTo }),
      },
    ];
  });
  const invalid = made.flatMap(({ combination, value, reason }): Exclusion[] =>
    value === undefined ? [{ name: combination.name, set: valuesOf(combination.cells), reason, kind: "invalid" }] : [],
  );
  const baseline = [...baselines].find(([name, own]) => name === own && valid.has(name))?.[0];
  const { name, documentation, model, seeds } = draft;
  return {
    name,
    ...(documentation !== undefined && { documentation }),
    model,
    file: project.main.path,
    axes: combined.axes.map(({ paths, rows }) => ({
      paths: paths.map(({ text }) => text),
      values: rows.map((row) => row.map(({ text }) => text)),
    })),
    seeds,
    ...(baseline !== undefined && { baseline }),
    variants,
    excluded: [...combined.excluded, ...invalid],
  };
}
