import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";

/** Says which engine there is; exit 4 where none works. */
export async function doctor(session: Session): Promise<ExitCode> {
  const { describeEngine } = await session.services.engine();
  const engine = describeEngine();
  const exitCode = engine.engine === null ? exitCodes.environment : exitCodes.fine;
  if (session.json) {
    printJson(session, engine);
    return exitCode;
  }
  const threadsFrom = engine.threadsFrom === "cores" ? "one per core" : engine.threadsFrom;
  const facts: readonly (readonly [string, string | null])[] = [
    [
      "engine",
      engine.engine === null
        ? `none: ${engine.problem ?? "unknown reason"}`
        : `TensorFlow on ${engine.engine === "cuda" ? "CUDA" : "the CPU"}`,
    ],
    ["TensorFlow", engine.tensorflow],
    ["binding", `tfjs ${engine.tfjs}`],
    ["devices", engine.devices.join(", ") || null],
    ["threads", `${engine.threads} (${threadsFrom})`],
    ["Node", engine.node],
    ["addon", engine.addon],
    ["library", engine.library],
    ["compiler", engine.compiler],
  ];
  for (const [name, text] of facts) if (text !== null) session.io.out(`${name.padEnd(12)}${text}\n`);
  for (const { option, why } of engine.others) session.io.out(`not used    ${option}: ${why}\n`);
  if (engine.engine === null) session.io.out("\nhelp: run `npx llnet engine install`\n");
  return exitCode;
}
