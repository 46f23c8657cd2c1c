import type { EnginesDescription } from "../../../runtime/engine/index.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import { ownVersion } from "../version.ts";

/** Says which engines there are, which one is taken and why, as a block to paste into a report; exit 4 where none works. */
export async function doctor(session: Session): Promise<ExitCode> {
  const { describeEngines } = await session.services.engine();
  const engines = await describeEngines();
  const exitCode = engines.chosen === null ? exitCodes.environment : exitCodes.fine;
  if (session.json) printJson(session, engines);
  else session.io.out(render(engines));
  return exitCode;
}

function render(engines: EnginesDescription): string {
  const { chosen, why, tensorflow, tfjs, threads, threadsFrom, node, addon, library, compiler } = engines;
  const facts: readonly (readonly [string, string | null])[] = [
    ["engine", chosen === null ? `none: ${why}` : `${chosen}: ${why}`],
    ["llnet", ownVersion],
    ["Node", `${node} on ${process.platform} ${process.arch}`],
    ["TensorFlow", tensorflow],
    ["binding", `tfjs ${tfjs}`],
    ["threads", `${threads} (${threadsFrom === "cores" ? "one per core" : threadsFrom})`],
    ["addon", addon],
    ["library", library],
    ["compiler", compiler],
    ["LLNET_ENGINE", process.env["LLNET_ENGINE"] ?? null],
  ];
  const lines = facts.flatMap(([name, text]) => (text === null ? [] : [`${name.padEnd(14)}${text}`]));
  const states = engines.engines.map(
    ({ name, usable, detail }) => `${name.padEnd(10)}${(usable ? "usable" : "no").padEnd(8)}${detail}`,
  );
  const attempts = engines.others.map(({ option, why: reason }) => `tried     ${option}: ${reason}`);
  const isNativeMissing = engines.engine === null;
  const help = isNativeMissing ? ["", "help: `npx llnet engine install` sets the native engine up"] : [];
  return `${[...lines, "", ...states, ...attempts, ...help].join("\n")}\n`;
}
