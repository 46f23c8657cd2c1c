import type { EngineName } from "../../runtime/engine/index.ts";
import type { ExitCode } from "./io.ts";
import { exitCodes } from "./io.ts";
import type { ExecutorName } from "./options/engine-options.ts";
import { reportProblem } from "./problem.ts";
import type { Session } from "./session.ts";

/** What the command line says about where to compute. */
export interface EngineOptions {
  readonly engine?: EngineName;
  readonly executor?: ExecutorName;
}

/**
 * The executor to use, and one line on stderr that says on which engine and why. A run that goes on stays with the executor
 * it began with. Where a named engine is missing an `EngineError` ends the command with status 4.
 */
export async function selectExecutor(
  session: Session,
  { engine, executor }: EngineOptions,
  begun?: string,
): Promise<ExecutorName | ExitCode> {
  const { chooseEngine, executorFor } = await session.services.engine();
  const wanted = executor ?? executorNames.find((name) => name === begun);
  const own = wanted === "portable" || wanted === "webgpu" ? wanted : undefined;
  if (engine !== undefined && engine !== "auto" && wanted !== undefined && own !== ownEngine(engine)) {
    const help =
      own === undefined ? `use the \`${engine}\` executor, or leave \`--engine\` out` : "leave `--engine` out";
    const message = `the ${wanted} executor does not run on the ${engine} engine`;
    return reportProblem(session, { message, help }, exitCodes.usage);
  }
  const choice = chooseEngine(wanted === undefined ? engine : (own ?? engine ?? "native"));
  const why = wanted === undefined ? choice.why : `which the ${wanted} executor runs on`;
  session.io.error(`engine: ${choice.title}, ${why}\n`);
  return wanted ?? executorFor(choice);
}

/** The executor that is an engine's only one. */
function ownEngine(engine: EngineName): "portable" | "webgpu" | undefined {
  return engine === "portable" || engine === "webgpu" ? engine : undefined;
}

const executorNames = ["graph", "eager", "portable", "webgpu"] as const;
