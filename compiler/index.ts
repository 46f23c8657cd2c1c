/** The compiler's facade: everything tools, editors and users call. */
import type { StepProgram } from "../runtime/program/step-program.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import type { Model } from "./2-elaborate/model.ts";
import type { ScopedModel } from "./3-scope/scoped-model.ts";

export interface CompileOptions {
  /** Path of the `.llnet` file. */
  readonly file: string;
  /** The text to use instead of the file's. */
  readonly text?: string;
  /** Which model, where the file holds several. */
  readonly model?: string;
  /** Overrides by path: `{ "train.batch": 128, "heads.local": "dgl()" }`; strings are llnet expressions. */
  readonly set?: Readonly<Record<string, string | number | boolean>>;
}

export interface Compilation {
  /** Absent where there is an error. */
  readonly program?: StepProgram;
  readonly model?: Model;
  readonly scoped?: ScopedModel;
  readonly diagnostics: readonly Diagnostic[];
  /** Text of every file read, by path, for rendering diagnostics. */
  readonly sources: ReadonlyMap<string, string>;
  /** Names of the models in the file, where one must be picked. */
  readonly models: readonly string[];
}

export declare function compile(options: CompileOptions): Compilation;
