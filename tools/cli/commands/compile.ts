import { join } from "node:path";
import { compileAllVariants } from "../compile-all-variants.ts";
import type { EmittedFile } from "../emitters.ts";
import { emit } from "../emitters.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { isExitCode, loadModel } from "../load-model.ts";
import { reportProblem } from "../problem.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import { bytes } from "../text-table.ts";
import { writeFiles } from "../write-files.ts";
import type { CompileOptions } from "./compile.command.ts";

/** Writes what the emitters make of a model. */
export async function compileCommand(session: Session, file: string, options: CompileOptions): Promise<ExitCode> {
  if (options.allVariants) return compileAllVariants(session, file, options);
  const loaded = await loadModel(session, file, options);
  if (isExitCode(loaded)) return loaded;
  const kinds = [...new Set(options.emit)];
  const files: EmittedFile[] = [];
  for (const kind of kinds) files.push(...(await emit(session, kind, { program: loaded.program, sourceFile: file })));
  const error = writeFiles(options.out, files);
  if (error !== undefined) {
    const message = `the files could not be written: ${error.code}`;
    return reportProblem(
      session,
      { code: "LL9020", message, help: "choose another directory with -o, or free some space", path: options.out },
      exitCodes.usage,
    );
  }
  const written = files.map(({ path, text }) => ({ path: join(options.out, path), bytes: Buffer.byteLength(text) }));
  if (session.json) printJson(session, { model: loaded.program.name, files: written });
  else for (const { path, bytes: size } of written) session.io.out(`${path}  ${bytes(size)}\n`);
  return exitCodes.fine;
}
