import type { Compilation } from "../../compiler/index.ts";

/** A file an emitter has made, its path relative to the output directory. */
export interface EmittedFile {
  readonly path: string;
  readonly text: string;
}

export type Emitter = (compilation: Compilation) => readonly EmittedFile[];

export type EmitKind = "typescript" | "json" | "dot";

/** What `llnet compile --emit` can write in this version; a kind that is absent is reported as such. */
export type Emitters = Readonly<Partial<Record<EmitKind, Emitter>>>;

export const emitters: Emitters = {
  json: ({ program }) =>
    program === undefined ? [] : [{ path: `${program.name}.json`, text: `${JSON.stringify(program, null, 1)}\n` }],
};
