/** Runs recorded instructions with the portable executor's kernels, on WebAssembly unless told otherwise. */
import { loadWasm } from "../../runtime/engine/load-wasm.ts";
import type { PortableEngine } from "../../runtime/engine/portable-engine.ts";
import { createByteTracker } from "../../runtime/execute/eager/byte-tracker.ts";
import { bindPortable } from "../../runtime/execute/portable/bind-procedure.ts";
import type { KernelSet } from "../../runtime/execute/portable/portable-kernels.ts";
import { composedKernels, kernelsFor } from "../../runtime/execute/portable/portable-kernels.ts";
import { createPortableVariables } from "../../runtime/execute/portable/variable-store.ts";
import type { Procedure } from "../../runtime/program/step-program.ts";
import type { Numbers } from "./execute.ts";
import type { Recorder } from "./recorder.ts";

/** An engine and the kernels that are tried on it. */
export interface PortableSetup {
  readonly name: string;
  readonly load: () => Promise<PortableEngine>;
  readonly kernelsOf: (engine: PortableEngine) => KernelSet;
  /** Along how many directions finite differences are taken; one shows every wrong element, more show it more clearly. */
  readonly directions: number;
}

export const onWasm: PortableSetup = { name: "WebAssembly", load: loadWasm, kernelsOf: kernelsFor, directions: 3 };

/** WebAssembly without the kernels that go over its memory: what WebGPU composes, without its driver. */
export const composedOnWasm: PortableSetup = {
  name: "WebAssembly, composed kernels",
  load: loadWasm,
  kernelsOf: (engine) => ({ ...kernelsFor(engine), kernels: composedKernels }),
  directions: 1,
};

/** The wanted values at this batch size, given every input. */
export async function executePortable(
  recorder: Recorder,
  batch: number,
  inputs: ReadonlyMap<number, Numbers>,
  wanted: readonly number[],
  { load, kernelsOf }: PortableSetup = onWasm,
): Promise<Float32Array[]> {
  const engine = await load();
  const before = engine.tensorCount();
  const procedure: Procedure = {
    name: "gradients",
    inputs: [...inputs.keys()].map((value) => ({ name: `${value}`, value, role: { kind: "input" } })),
    values: recorder.values,
    sections: [],
    instructions: recorder.instructions.map((instruction) => ({ ...instruction, variables: [], free: [], label: "" })),
    outputs: wanted.map((value, index) => ({ name: `${index}`, value })),
  };
  const store = createPortableVariables([], engine);
  const bound = bindPortable(procedure, batch, store, engine, kernelsOf(engine));
  const feeds = new Map([...inputs].map(([value, numbers]) => [`${value}`, numbers]));
  const outputs = await bound.run(feeds, createByteTracker());
  bound.dispose();
  if (engine.tensorCount() !== before) throw new Error("tensors were lost");
  return wanted.map((_, index) => Float32Array.from(outputs.get(`${index}`) as Numbers));
}
