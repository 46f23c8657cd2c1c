import { EngineError } from "./engine-error.ts";
import { type EngineRecord, findEngines } from "./find-engine.ts";
import { findWebgpu, webgpuSetupCommand } from "./find-webgpu.ts";
import { loadEngine, missingEngine, setupCommand } from "./load-engine.ts";

/** What `--engine` and `LLNET_ENGINE` may say; `none` uses none, and `cpu` is what `native` was called before. */
const engineNames = ["auto", "native", "cuda", "webgpu", "portable"] as const;
export type EngineName = (typeof engineNames)[number];

/** What manifests and progress call the portable engine of this version. */
export const portableTitle = "WebAssembly (portable)";
export const webgpuTitle = "WebGPU";

export function nativeTitle({ tensorflow, kind }: Pick<EngineRecord, "tensorflow" | "kind">): string {
  return `TensorFlow ${tensorflow} (${kind === "cuda" ? "CUDA" : "CPU"})`;
}

/** The engine a run uses, and why that one. */
export interface EngineChoice {
  readonly engine: "native" | "cuda" | "webgpu" | "portable";
  /** For people and manifests: `TensorFlow 2.21.0 (CPU)`, `WebAssembly (portable)`, `WebGPU`. */
  readonly title: string;
  /** A clause: `the best here`, `--engine asks for it`, `the native engine is missing: …`. */
  readonly why: string;
}

/**
 * Decides by `wish`, else by `LLNET_ENGINE`, else for the best engine that works here; the native one is loaded to find
 * out. Throws an `EngineError` where a named engine is not there: only `auto` takes another one.
 */
export function chooseEngine(wish?: EngineName): EngineChoice {
  const variable = process.env["LLNET_ENGINE"] || "auto";
  const name = wish ?? fromEnvironment(variable);
  const asked = wish === undefined ? `LLNET_ENGINE=${variable} asks for it` : "--engine asks for it";
  if (name === "portable") return portable(asked);
  if (name === "webgpu") return webgpu(asked);
  if (name === "auto") return best();
  return name === "cuda" ? cuda(asked) : native(asked);
}

/** What runs programs on an engine. */
export function executorFor({ engine }: Pick<EngineChoice, "engine">): "graph" | "portable" | "webgpu" {
  return engine === "portable" || engine === "webgpu" ? engine : "graph";
}

function best(): EngineChoice {
  try {
    return native("the best here");
  } catch (error) {
    // Wrong settings are mistakes, not missing engines.
    if (!(error instanceof EngineError) || (error.code !== "LL9010" && error.code !== "LL9011")) throw error;
    return portable(`${error.message}; \`${setupCommand}\` tries again`);
  }
}

function cuda(why: string): EngineChoice {
  if (findEngines().some(({ kind }) => kind === "cuda")) return native(why, "cuda");
  throw new EngineError(
    "LL9010",
    `there is no CUDA engine here: the native engine is ${native(why).title}`,
    "run `npx llnet engine install cuda`, or use `native`",
  );
}

/** The best native engine that works; where a better one does not, that is why. */
function native(why: string, kind?: "cuda"): EngineChoice {
  const { record, broken } = loadEngine(kind);
  const [better] = broken;
  const reason = better === undefined ? why : `${better.message}; ${better.help}`;
  return { engine: record.kind === "cuda" ? "cuda" : "native", title: nativeTitle(record), why: reason };
}

/** Never by itself: what it gains depends on the graphics card, and nobody has measured one yet. */
function webgpu(why: string): EngineChoice {
  if (findWebgpu() !== null) return { engine: "webgpu", title: webgpuTitle, why };
  throw new EngineError("LL9010", "the WebGPU engine is not installed", `run \`${webgpuSetupCommand}\``);
}

function portable(why: string): EngineChoice {
  return { engine: "portable", title: portableTitle, why };
}

function fromEnvironment(variable: string): EngineName {
  if (variable === "cpu") return "native";
  if (variable === "none")
    throw missingEngine({ found: false, reason: "it is switched off by LLNET_ENGINE=none", attempts: [] });
  const known = engineNames.find((name) => name === variable);
  if (known !== undefined) return known;
  throw new EngineError(
    "LL9012",
    `LLNET_ENGINE is \`${variable}\``,
    `set it to one of ${engineNames.map((name) => `\`${name}\``).join(", ")} or \`none\`, or leave it unset`,
  );
}
