/** A file's studies before anything is compiled: which settings there are. */
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
import { type Combined, combine } from "./combine.ts";
import { type CommandLine, withCommandLine } from "./command-line-axes.ts";
import type { OnProgress } from "./compile-variants.ts";
import type { StudyDraft } from "./draft.ts";
import { readStudy } from "./read-study.ts";
import type { Setting } from "./setting-groups.ts";
import { settingOf } from "./setting-of.ts";

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

/** A block, and the combinations of its axes. */
export interface OpenedStudy extends Combined {
  readonly draft: StudyDraft;
}

export interface OpenedStudies {
  /** Absent where the file cannot be read, or is not right. */
  readonly project?: ResolvedProject;
  readonly studies: readonly OpenedStudy[];
  /** Of every combination of every study in turn; none where something is wrong with an axis, which makes every variant wrong. */
  readonly settings: readonly Setting[];
  readonly diagnostics: readonly Diagnostic[];
  /** Text of every file read, by path, and of the command line's values. */
  readonly sources: ReadonlyMap<string, string>;
  /** Names of the file's blocks. */
  readonly names: readonly string[];
}

export function openStudies(options: ExpandOptions): OpenedStudies {
  const { project, ...opened } = open(options);
  const diagnostics = [...opened.diagnostics];
  if (project === undefined || hasError(diagnostics)) return { ...opened, studies: [], settings: [] };
  const drafts = draftsOf(project, options, diagnostics);
  const studies = drafts.map((draft) => ({ draft, ...combine(draft, project, diagnostics) }));
  const settings = hasError(diagnostics)
    ? []
    : studies.flatMap(({ draft, combinations }) => combinations.map((each) => settingOf(draft, each)));
  return { ...opened, project, diagnostics, studies, settings };
}

interface OpenedFile {
  readonly project?: ResolvedProject;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
  readonly names: readonly string[];
}

function open({ file, text, host: given, set = {} }: ExpandOptions): OpenedFile {
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

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}
