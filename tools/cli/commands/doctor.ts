import { homedir } from "node:os";
import type { EnginesDescription } from "../../../runtime/engine/index.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import { ownVersion } from "../version.ts";

/** Says which engines there are, which one is taken and why, as a block to paste into a report; exit 4 where none works. */
export async function doctor(session: Session): Promise<ExitCode> {
  const { describeEngines } = await session.services.engine();
  // Loading an engine sets some of them.
  const environment = { ...session.io.environment };
  const engines = await describeEngines();
  const exitCode = engines.chosen === null ? exitCodes.environment : exitCodes.fine;
  if (session.json) printJson(session, engines);
  else session.io.out(render(engines, environment));
  return exitCode;
}

/** Settings that decide what an engine is and does; no others, for a report must not tell secrets. */
const settings = [
  ...["LLNET_ENGINE", "LLNET_CACHE", "LLNET_THREADS", "CXX", "PYTHON", "NODE_OPTIONS", "LD_LIBRARY_PATH", "LD_PRELOAD"],
  ...["TF_CPP_MIN_LOG_LEVEL", "TF_ENABLE_ONEDNN_OPTS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"],
  ...["TF_XLA_FLAGS", "TF_FORCE_GPU_ALLOW_GROWTH", "CUDA_VISIBLE_DEVICES", "VK_DRIVER_FILES", "VK_ICD_FILENAMES"],
];

// Between fences, which keep the columns where Markdown is read.
function render(engines: EnginesDescription, environment: NodeJS.ProcessEnv): string {
  const { chosen, why, commit, node, system, processor, cores, memory, gpu, threads, threadsFrom } = engines;
  const { tensorflow, source, tfjs, addon, compiler, library } = engines;
  const facts: readonly (readonly [string, string | null])[] = [
    ["engine", chosen === null ? `none: ${why}` : `${chosen}: ${why}`],
    ["llnet", commit === null ? ownVersion : `${ownVersion}, commit ${commit}`],
    ["Node", `${node} on ${process.platform} ${process.arch}`],
    ["system", system],
    ["processor", `${processor}, ${cores} ${cores === 1 ? "core" : "cores"}, ${(memory / 2 ** 30).toFixed(1)} GB`],
    ["GPU", gpu],
    ["threads", `${threads} (${threadsFrom === "cores" ? "one per core" : threadsFrom})`],
    ["TensorFlow", tensorflow === null ? null : `${tensorflow} (${source}), binding of tfjs ${tfjs}`],
    ["addon", addon],
    ["library", library],
    ["compiler", compiler],
    ...settings.map((name) => [name, environment[name] ?? null] as const),
  ];
  const width = Math.max(...facts.map(([name, text]) => (text === null ? 0 : name.length))) + 2;
  const lines = facts.flatMap(([name, text]) => (text === null ? [] : [`${name.padEnd(width)}${withoutHome(text)}`]));
  const states = engines.engines.map(
    ({ name, usable, detail }) => `${name.padEnd(10)}${(usable ? "usable" : "no").padEnd(8)}${withoutHome(detail)}`,
  );
  // Where there is a native engine nobody asks which ways to it were in vain.
  const others = engines.engine === null ? engines.others.filter(({ option }) => option !== "cuda") : [];
  const attempts = others.map(({ option, why: reason }) => `tried     ${option}: ${withoutHome(reason)}`);
  const help = engines.help === null ? [] : [`help: ${engines.help}`];
  return `${["```text", ...lines, "", ...states, ...attempts, "```", ...help].join("\n")}\n`;
}

/** A report need not say who somebody is. */
function withoutHome(text: string): string {
  const home = homedir();
  return home.length > 1 ? text.replaceAll(`${home}/`, "~/") : text;
}
