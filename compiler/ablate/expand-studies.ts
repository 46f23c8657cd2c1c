/** From a file to studies of compiled variants. */
import { parse } from "../../grammar/index.ts";
import type { AblateDeclaration } from "../../grammar/syntax-tree.ts";
import { resolve } from "../1-resolve/resolve.ts";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import { overrideSources } from "../2-elaborate/overrides.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { fromSyntaxProblem } from "../diagnostics/from-syntax-problem.ts";
import { createFileHost } from "../source/file-host.ts";
import { createMemoryHost, type SourceHost } from "../source/source-host.ts";
import { distinctMistakes } from "./check-studies.ts";
import { baselinesOf, type Combined, combine, valuesOf } from "./combine.ts";
import { type CommandLine, withCommandLine } from "./command-line-axes.ts";
import { type CompiledSetting, compileVariants, type OnProgress } from "./compile-variants.ts";
import type { Combination, StudyDraft } from "./draft.ts";
import { placeInStudy } from "./place-in-study.ts";
import { sha256 } from "./program-identity.ts";
import { readStudy } from "./read-study.ts";
import { cellsOf, settingOf } from "./setting-of.ts";
import type { Exclusion, Study, Variant } from "./study.ts";

export interface ExpandOptions {
  /** Path of the `.llnet` file. */
  readonly file: string;
  /** The text to use instead of the file's. */
  readonly text?: string;
  /** Where source texts come from; files and the standard library where absent. */
  readonly host?: SourceHost;
  /** Only this block. */
  readonly study?: string;
  /** Only blocks of this model; where the axes come from the command line alone, the model they are of. */
  readonly model?: string;
  /** Values by path as one text, `"10,20"`: several make an axis. */
  readonly set?: CommandLine;
  /** Called after every variant: how many are compiled, of how many. */
  readonly onProgress?: OnProgress;
}

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

/**
 * Every `ablate` block of a file with its variants compiled, in order. A file without blocks has one study where the command
 * line makes axes: of its model. User mistakes are diagnostics; a variant that does not compile is excluded with the reason.
 */
export function expandStudies(options: ExpandOptions): ExpandedStudies {
  const opened = open(options);
  const { project, names, sources } = opened;
  const diagnostics = [...opened.diagnostics];
  if (project === undefined || hasError(diagnostics))
    return { studies: [], diagnostics, sources, texts: new Map(), names };
  const drafts = draftsOf(project, options, diagnostics);
  const combined = drafts.map((draft) => ({ draft, ...combine(draft, project, diagnostics) }));
  const settings = combined.flatMap(({ draft, combinations }) => combinations.map((each) => settingOf(draft, each)));
  // A wrong axis makes every variant wrong: what it is has been said.
  const compiled = hasError(diagnostics) ? [] : compileVariants(project, settings, options.onProgress);
  const seen = new Map<string, string>();
  const texts = [...project.sources].sort(([a], [b]) => (a < b ? -1 : 1));
  const sourceText = JSON.stringify(texts);
  let next = 0;
  const studies = combined.map(({ draft, ...rest }) => {
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

interface Opened {
  readonly project?: ResolvedProject;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
  readonly names: readonly string[];
}

function open({ file, text, host: given, set = {} }: ExpandOptions): Opened {
  const files = given ?? createFileHost({ main: file });
  const host = text === undefined ? files : createMemoryHost({ [file]: text }, files);
  const source = host.read(file);
  if (!("text" in source)) {
    const help = "give the path of a `.llnet` file";
    const facts = { path: file, reason: source.reason };
    const unreadable = diagnose("unreadable-file", facts, { place: { file, start: 0, end: 0 }, help });
    return { diagnostics: [unreadable], sources: new Map(), names: [] };
  }
  const { tree, errors } = parse(source.text, file);
  const { value: project, diagnostics } = resolve(tree, host);
  return {
    project,
    diagnostics: [...errors.map((problem) => fromSyntaxProblem(problem, file)), ...diagnostics],
    sources: new Map([...project.sources, ...overrideSources(set)]),
    names: blocksOf(project).map(({ name }) => name.text),
  };
}

function blocksOf({ main }: ResolvedProject): readonly AblateDeclaration[] {
  return main.tree.declarations.filter((declaration) => declaration.kind === "Ablate");
}

function draftsOf(
  project: ResolvedProject,
  { study, model, set = {}, file }: ExpandOptions,
  diagnostics: Diagnostic[],
): StudyDraft[] {
  const all = blocksOf(project);
  const blocks = all.filter(
    ({ name, of }) => (study === undefined || name.text === study) && (model === undefined || of.text === model),
  );
  const drafts = blocks.flatMap((block) => readStudy(block, project, diagnostics) ?? []);
  const { models } = project.main;
  const name = model ?? (models.length === 1 ? models[0]?.name.text : undefined);
  const isAlone = all.length === 0 || (blocks.length === 0 && model !== undefined && study === undefined);
  if (isAlone && name !== undefined && Object.keys(set).length > 0) {
    const place = { file, start: 0, end: 0 };
    drafts.push({ name, model: name, place, axes: [], seeds: [], conditions: [], comparisons: [], base: new Map() });
  }
  return drafts.map((draft) => withCommandLine(draft, set, diagnostics));
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

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}
