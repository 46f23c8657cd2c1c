import { basename, dirname, extname } from "node:path";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { isExitCode, loadModel } from "../load-model.ts";
import { canOpen, openFile } from "../open-file.ts";
import { reportProblem } from "../problem.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import { bytes } from "../text-table.ts";
import { writeFiles } from "../write-files.ts";
import type { GraphFormat, GraphOptions } from "./graph.command.ts";

/** Draws a model: modules, cuts, heads, and which loss trains what. */
export async function graph(session: Session, file: string, options: GraphOptions): Promise<ExitCode> {
  const format = options.format ?? formatOf(options.out);
  if (format === undefined) {
    const message = `\`${options.out}\` does not say which format it should have`;
    const help = "end the name in .html, .svg or .dot, or add --format";
    return reportProblem(session, { message, help }, exitCodes.usage);
  }
  const loaded = await loadModel(session, file, options);
  if (isExitCode(loaded)) return loaded;
  const { scoped } = loaded.compilation;
  if (scoped === undefined) throw new Error("a compilation with a program has no scoped model");
  const { emitDot, emitGraph } = await session.services.emitters();
  const text = format === "dot" ? emitDot(loaded.program) : emitGraph(scoped, loaded.program, format);
  if (options.out === "-") {
    session.io.out(text);
    return exitCodes.fine;
  }
  const path = options.out ?? `${loaded.program.name}.${format}`;
  const error = writeFiles(dirname(path), [{ path: basename(path), text }]);
  if (error !== undefined) {
    const message = `the graph could not be written: ${error.code}`;
    return reportProblem(
      session,
      { code: "LL9020", message, help: "choose another file with -o, or free some space", path },
      exitCodes.usage,
    );
  }
  const size = Buffer.byteLength(text);
  if (session.json) printJson(session, { model: loaded.program.name, format, file: path, bytes: size });
  else session.io.out(`${path}  ${bytes(size)}\n`);
  const isWanted = options.open === "yes" || (options.open === undefined && !session.json && canOpen(session.io));
  if (isWanted && format !== "dot") openFile(path);
  return exitCodes.fine;
}

/** By the file's name; a page where there is none. */
function formatOf(out: string | undefined): GraphFormat | undefined {
  if (out === undefined || out === "-") return "html";
  const ending = extname(out).slice(1).toLowerCase();
  if (ending === "htm") return "html";
  return ending === "html" || ending === "svg" || ending === "dot" ? ending : undefined;
}
