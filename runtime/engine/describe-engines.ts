import type { EngineName } from "./choose-engine.ts";
import { chooseEngine } from "./choose-engine.ts";
import type { EngineDescription } from "./describe-engine.ts";
import { describeEngine } from "./describe-engine.ts";
import { EngineError } from "./engine-error.ts";
import { findWebgpu, webgpuSetupCommand } from "./find-webgpu.ts";
import { passOver } from "./load-engine.ts";
import { loadWasm } from "./load-wasm.ts";
import { loadWebgpu } from "./load-webgpu.ts";
import type { PortableEngine } from "./portable-engine.ts";
import { probeDawn } from "./probe-addon.ts";

/** Everything `llnet doctor` says. */
export interface EnginesDescription extends EngineDescription {
  /** The engine that `auto` (or `LLNET_ENGINE`) takes, or null when none works. */
  readonly chosen: EngineName | null;
  /** Why that one, or why none. */
  readonly why: string;
  /** Every engine of this version, best first. */
  readonly engines: readonly EngineState[];
}

export interface EngineState {
  readonly name: Exclude<EngineName, "auto">;
  readonly usable: boolean;
  /** What it is, or why it cannot be used. */
  readonly detail: string;
}

/** Tries every engine, what is no JavaScript in a child process first. Never throws. */
export async function describeEngines(): Promise<EnginesDescription> {
  const native = describeEngine();
  const works = native.engine !== null;
  const title = works ? `TensorFlow ${native.tensorflow} on ${native.devices.join(", ")}` : "";
  const problem = native.problem ?? "not set up";
  const isCuda = native.engine === "cuda";
  const brokenCuda = native.broken.find(({ record }) => record.kind === "cuda")?.problem;
  const withoutCuda = brokenCuda ?? (works ? "the native engine is for the CPU" : problem);
  const engines: EngineState[] = [
    { name: "cuda", usable: isCuda, detail: isCuda ? title : withoutCuda },
    { name: "native", usable: works, detail: works ? title : problem },
    await describeWebgpu(),
    await describePortable(),
  ];
  // A library that crashes has been tried in a child only: it must not be loaded here.
  for (const { record, problem: reason } of native.broken) passOver(record, reason);
  const choice = choose(works ? undefined : "portable", problem);
  return { ...native, ...choice, engines };
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
    return { name, usable: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

function choose(fallback: "portable" | undefined, problem: string): Pick<EnginesDescription, "chosen" | "why"> {
  try {
    const wish = process.env["LLNET_ENGINE"];
    const isFree = wish === undefined || wish === "" || wish === "auto";
    if (isFree && fallback !== undefined) return { chosen: fallback, why: `the native engine is missing: ${problem}` };
    const { engine, why } = chooseEngine();
    return { chosen: engine, why };
  } catch (error) {
    if (error instanceof EngineError) return { chosen: null, why: error.message };
    throw error;
  }
}
