import type { StepProgram } from "../../compiler/index.ts";
import type { Session } from "./session.ts";
import { ownVersion } from "./version.ts";

/** A file an emitter has made, its path relative to the output directory. */
export interface EmittedFile {
  readonly path: string;
  readonly text: string;
}

export type EmitKind = "typescript" | "json" | "dot";

/** What one kind of output of a compiled model consists of. */
export async function emit(
  session: Session,
  kind: EmitKind,
  { program, sourceFile }: { readonly program: StepProgram; readonly sourceFile: string },
): Promise<readonly EmittedFile[]> {
  const { emitTypeScript, emitJson, emitDot } = await session.services.emitters();
  switch (kind) {
    case "typescript":
      return emitTypeScript({ program, sourceFile, version: ownVersion });
    case "json":
      return [{ path: `${program.name}.json`, text: emitJson(program) }];
    case "dot":
      return [{ path: `${program.name}.dot`, text: emitDot(program) }];
  }
}
