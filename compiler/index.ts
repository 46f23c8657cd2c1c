/** The compiler's facade: everything tools, editors and users call. */
import { parse } from "../grammar/index.ts";
import type { StepProgram } from "../runtime/program/step-program.ts";
import { resolve } from "./1-resolve/resolve.ts";
import type { ResolvedProject } from "./1-resolve/resolved-project.ts";
import { elaborate } from "./2-elaborate/elaborate.ts";
import type { Model } from "./2-elaborate/model.ts";
import { overrideSources } from "./2-elaborate/overrides.ts";
import { scope } from "./3-scope/index.ts";
import type { ScopedModel } from "./3-scope/scoped-model.ts";
import { checkMemory } from "./4-lower/check-memory.ts";
import { lower } from "./4-lower/index.ts";
import { checkStudies } from "./ablate/check-studies.ts";
import { diagnose } from "./diagnostics/diagnose.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { fromSyntaxProblem } from "./diagnostics/from-syntax-problem.ts";
import { withoutSyntaxEchoes } from "./diagnostics/without-echoes.ts";
import { createFileHost } from "./source/file-host.ts";
import { createMemoryHost, type SourceHost } from "./source/source-host.ts";

export { type Probe, probeLosses } from "./4-lower/probes.ts";
export { programIdentity } from "./ablate/program-identity.ts";
export { type Compiled, compareModels } from "./compare/compare-models.ts";
export type { Change, Comparison } from "./compare/comparison.ts";
export type { Diagnostic, Fix, Label, Severity } from "./diagnostics/diagnostic.ts";
export { renderDiagnostic } from "./diagnostics/render.ts";
export { type LibraryDeclaration, libraryDeclarations } from "./library/library.ts";
export { createFileHost } from "./source/file-host.ts";
export { createMemoryHost } from "./source/source-host.ts";
export { summarize } from "./summary/summarize.ts";
export type { HeadSummary, ModuleSummary, Summary } from "./summary/summary.ts";
export type { Model, ScopedModel, SourceHost, StepProgram };

export interface CompileOptions {
  /** Path of the `.llnet` file. */
  readonly file: string;
  /** The text to use instead of the file's. */
  readonly text?: string;
  /** Which model, where the file holds several. */
  readonly model?: string;
  /** Overrides by path: `{ "train.batch": 128, "heads.local": "dgl()" }`; strings are llnet expressions. */
  readonly set?: Readonly<Record<string, string | number | boolean>>;
  /** Where source texts come from; files and the standard library where absent. */
  readonly host?: SourceHost;
}

export interface Compilation {
  /** Absent where there is an error. */
  readonly program?: StepProgram;
  readonly model?: Model;
  readonly scoped?: ScopedModel;
  readonly diagnostics: readonly Diagnostic[];
  /** Text of every file read, by path, for rendering diagnostics. */
  readonly sources: ReadonlyMap<string, string>;
  /** Names of the models in the file. */
  readonly models: readonly string[];
}

/** From a `.llnet` file to a StepProgram. User mistakes are diagnostics; nothing is thrown for them. */
export function compile(options: CompileOptions): Compilation {
  const opened = open(options);
  if (opened.project === undefined) return opened.unreadable;
  const compiled = compileModel(opened, options);
  return { ...compiled, diagnostics: withoutSyntaxEchoes(compiled.diagnostics, compiled.sources) };
}

/**
 * Everything that can be said of a file without writing its programs: of every model in it, or of the one asked for. A
 * file of blocks and heads without a model is fine.
 */
export function check(options: CompileOptions): Pick<Compilation, "diagnostics" | "sources" | "models"> {
  const opened = open(options);
  if (opened.project === undefined) return opened.unreadable;
  const { sources, models, project } = opened;
  const isLibrary = models.length === 0 && options.model === undefined && project.main.tree.declarations.length > 0;
  if (isLibrary) return { diagnostics: withStudies(opened.diagnostics, project), sources, models };
  const wanted = options.model === undefined && models.length > 0 ? models : [options.model];
  const all = wanted.flatMap((model) => {
    const { value, diagnostics } = scopeModel(opened, { ...options, ...(model !== undefined && { model }) });
    // Only a limit on memory needs the program.
    const needsProgram = value?.model.recipe.memory?.kind === "at_most";
    const tooLarge = value !== undefined && needsProgram ? checkMemory(value, lower(value)) : undefined;
    return tooLarge === undefined ? diagnostics : [...diagnostics, tooLarge];
  });
  const distinct = [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
  const found = withoutSyntaxEchoes(distinct, sources);
  return { diagnostics: withStudies(found, project, options.model), sources, models };
}

/** And what is wrong with the file's studies, where nothing is wrong with its models. */
function withStudies(
  diagnostics: readonly Diagnostic[],
  project: ResolvedProject,
  model?: string,
): readonly Diagnostic[] {
  return hasError(diagnostics) ? diagnostics : [...diagnostics, ...checkStudies(project, model)];
}

type Opened =
  | {
      readonly project: ResolvedProject;
      readonly diagnostics: readonly Diagnostic[];
      readonly sources: ReadonlyMap<string, string>;
      readonly models: readonly string[];
    }
  | { readonly project?: never; readonly unreadable: Compilation };

/** Read, parsed, and every name looked up. */
function open(options: CompileOptions): Opened {
  const files = options.host ?? createFileHost({ main: options.file });
  const host = options.text === undefined ? files : createMemoryHost({ [options.file]: options.text }, files);
  const source = host.read(options.file);
  if (!("text" in source)) return { unreadable: unreadable(options.file, source.reason) };
  const { tree, errors } = parse(source.text, options.file);
  const syntax = errors.map((problem) => fromSyntaxProblem(problem, options.file));
  const { value: project, diagnostics } = resolve(tree, host);
  return {
    project,
    diagnostics: [...syntax, ...diagnostics],
    sources: new Map([...project.sources, ...overrideSources(options.set ?? {})]),
    models: project.main.models.map(({ name }) => name.text),
  };
}

type OpenedProject = Extract<Opened, { project: ResolvedProject }>;

function compileModel(opened: OpenedProject, options: CompileOptions): Compilation {
  const { sources, models } = opened;
  const { model, value: scoped, diagnostics } = scopeModel(opened, options);
  if (model === undefined) return { diagnostics, sources, models };
  if (scoped === undefined) return { model, diagnostics, sources, models };
  const program = lower(scoped);
  const tooLarge = checkMemory(scoped, program);
  if (tooLarge !== undefined) return { model, scoped, diagnostics: [...diagnostics, tooLarge], sources, models };
  return { program, model, scoped, diagnostics, sources, models };
}

function scopeModel(
  opened: OpenedProject,
  { model: name, set }: CompileOptions,
): { readonly model?: Model; readonly value?: ScopedModel; readonly diagnostics: readonly Diagnostic[] } {
  const elaborated = elaborate(opened.project, { ...(name !== undefined && { model: name }), ...(set && { set }) });
  // A model that cannot be read is a syntax error, not a missing model.
  const isUnread = hasError(opened.diagnostics);
  const found = elaborated.diagnostics.filter(({ name: mistake }) => mistake !== "no-model" || !isUnread);
  const before = [...opened.diagnostics, ...found];
  const model = elaborated.value;
  if (model === undefined || hasError(before)) return { diagnostics: before };
  const { value, diagnostics } = scope(model);
  return { model, ...(value !== undefined && { value }), diagnostics: [...before, ...diagnostics] };
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

function unreadable(path: string, reason: string): Compilation {
  const place = { file: path, start: 0, end: 0 };
  return {
    diagnostics: [diagnose("unreadable-file", { path, reason }, { place, help: "give the path of a `.llnet` file" })],
    sources: new Map(),
    models: [],
  };
}
