/** The compiler's facade: everything tools, editors and users call. */
import { parse } from "../grammar/index.ts";
import type { StepProgram } from "../runtime/program/step-program.ts";
import { resolve } from "./1-resolve/resolve.ts";
import { elaborate } from "./2-elaborate/elaborate.ts";
import type { Model } from "./2-elaborate/model.ts";
import { overrideSources } from "./2-elaborate/overrides.ts";
import { scope } from "./3-scope/index.ts";
import type { ScopedModel } from "./3-scope/scoped-model.ts";
import { lower } from "./4-lower/index.ts";
import { checkMemory } from "./4-lower/check-memory.ts";
import { diagnose } from "./diagnostics/diagnose.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { fromSyntaxProblem } from "./diagnostics/from-syntax-problem.ts";
import { createFileHost } from "./source/file-host.ts";
import { createMemoryHost, type SourceHost } from "./source/source-host.ts";

export { type Probe, probeLosses } from "./4-lower/probes.ts";
export type { Diagnostic, Fix, Label, Severity } from "./diagnostics/diagnostic.ts";
export { renderDiagnostic } from "./diagnostics/render.ts";
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
  const files = options.host ?? createFileHost({ main: options.file });
  const host = options.text === undefined ? files : createMemoryHost({ [options.file]: options.text }, files);
  const source = host.read(options.file);
  if (!("text" in source)) return unreadable(options.file, source.reason);

  const { tree, errors } = parse(source.text, options.file);
  const syntax = errors.map((problem) => fromSyntaxProblem(problem, options.file));
  const resolved = resolve(tree, host);
  const { main } = resolved.value;
  const sources = new Map([...resolved.value.sources, ...overrideSources(options.set ?? {})]);
  const models = main.models.map(({ name }) => name.text);
  const elaborated = elaborate(resolved.value, {
    ...(options.model !== undefined && { model: options.model }),
    ...(options.set !== undefined && { set: options.set }),
  });
  // A model that cannot be read is a syntax error, not a missing model.
  const found = elaborated.diagnostics.filter(({ name }) => name !== "no-model" || syntax.length === 0);
  const diagnostics = [...syntax, ...resolved.diagnostics, ...found];
  if (elaborated.value === undefined || hasError(diagnostics)) return { diagnostics, sources, models };

  const scoped = scope(elaborated.value);
  const all = [...diagnostics, ...scoped.diagnostics];
  if (scoped.value === undefined) return { model: elaborated.value, diagnostics: all, sources, models };
  const program = lower(scoped.value);
  const compiled = { model: elaborated.value, scoped: scoped.value, sources, models };
  const tooLarge = checkMemory(scoped.value, program);
  if (tooLarge !== undefined) return { ...compiled, diagnostics: [...all, tooLarge] };
  return { ...compiled, program, diagnostics: all };
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
