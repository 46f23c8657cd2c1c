import type { EngineName } from "./choose-engine.ts";
import { chooseEngine } from "./choose-engine.ts";
import type { EngineDescription } from "./describe-engine.ts";
import { describeEngine } from "./describe-engine.ts";
import { describeSystem, type SystemDescription } from "./describe-system.ts";
import { EngineError } from "./engine-error.ts";
import { findWebgpu, webgpuSetupCommand } from "./find-webgpu.ts";
import { passOver, setupCommand } from "./load-engine.ts";
import { loadWasm } from "./load-wasm.ts";
import { loadWebgpu } from "./load-webgpu.ts";
import type { PortableEngine } from "./portable-engine.ts";
import { probeDawn } from "./probe-addon.ts";

/** Everything `llnet doctor` says. */
export interface EnginesDescription extends EngineDescription, SystemDescription {
  /** The engine that `auto` (or `LLNET_ENGINE`) takes, or null when none works. */
  readonly chosen: EngineName | null;
  /** Why that one, or why none. */
  readonly why: string;
  /** What to do about it where a better one can be had, or null. */
  readonly help: string | null;
  /** Every engine of this version, best first. */
  readonly engines: readonly EngineState[];
}

export interface EngineState {
  readonly name: Exclude<EngineName, "auto">;
  readonly usable: boolean;
  /** What it is, or why it cannot be used. */
  readonly detail: string;
  readonly help?: string;
}

/** Tries every engine, what is no JavaScript in a child process first. Never throws. */
export async function describeEngines(): Promise<EnginesDescription> {
  const native = describeEngine();
  const system = describeSystem();
  const works = native.engine !== null;
  const title = works ? `TensorFlow ${native.tensorflow} on ${native.devices.join(", ")}` : "";
  const isCuda = native.engine === "cuda";
  const engines: EngineState[] = [
    { name: "cuda", usable: isCuda, detail: isCuda ? title : whyNoCuda(native, system) },
    { name: "native", usable: works, detail: works ? title : (native.problem ?? "not set up") },
    await describeWebgpu(),
    await describePortable(),
  ];
  // A library that crashes has been tried in a child only: it must not be loaded here.
  for (const { record, problem } of native.broken) passOver(record, problem);
  return { ...native, ...system, ...choose(engines), engines };
}

function whyNoCuda({ broken }: EngineDescription, { gpu }: SystemDescription): string {
  const problem = broken.find(({ record }) => record.kind === "cuda")?.problem;
  if (problem !== undefined) return problem;
  if (process.platform !== "linux" || process.arch !== "x64") return "TensorFlow computes on CUDA on Linux x64 only";
  const command = `\`${setupCommand} cuda\``;
  return gpu === null
    ? `no NVIDIA driver found (nvidia-smi); with one, ${command}`
    : `not set up for ${gpu}: ${command}`;
}

async function describeWebgpu(): Promise<EngineState> {
  const record = findWebgpu();
  if (record === null) return { name: "webgpu", usable: false, detail: `not installed: \`${webgpuSetupCommand}\`` };
  const { problem } = probeDawn(record.addon);
  if (problem !== null) return { name: "webgpu", usable: false, detail: problem };
  return describeByAdding("webgpu", loadWebgpu);
}

function describePortable(): Promise<EngineState> {
  return describeByAdding("portable", loadWasm);
}

async function describeByAdding(name: EngineState["name"], load: () => Promise<PortableEngine>): Promise<EngineState> {
  try {
    const engine = await load();
    const one = engine.create(Float32Array.of(1), [], "float32");
    const [two] = engine.run("Add", { a: one, b: one }, {});
    const value = two === undefined ? undefined : (await engine.read(two))[0];
    engine.release(one);
    if (two !== undefined) engine.release(two);
    if (value !== 2) return { name, usable: false, detail: `1 + 1 gave ${value}` };
    return { name, usable: true, detail: engine.title };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, usable: false, detail, ...(error instanceof EngineError && { help: error.help }) };
  }
}

/** What a command would take now. */
function choose(engines: readonly EngineState[]): Pick<EnginesDescription, "chosen" | "why" | "help"> {
  try {
    const { engine, why } = chooseEngine();
    const state = engines.find(({ name }) => name === engine);
    if (state?.usable === false) return { chosen: null, why: state.detail, help: state.help ?? null };
    return { chosen: engine, why, help: null };
  } catch (error) {
    if (error instanceof EngineError) return { chosen: null, why: error.message, help: error.help };
    throw error;
  }
}
