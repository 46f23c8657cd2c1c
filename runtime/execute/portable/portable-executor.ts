import type { PortableEngine } from "../../engine/portable-engine.ts";
import type { Procedures, StepProgram } from "../../program/step-program.ts";
import { createByteTracker } from "../eager/byte-tracker.ts";
import type { EagerOptions } from "../eager/eager-executor.ts";
import type { Executor } from "../executor.ts";
import type { Refusal } from "../refusal.ts";
import type { BoundPortable } from "./bind-procedure.ts";
import { bindPortable } from "./bind-procedure.ts";
import { checkProgram } from "./check-program.ts";
import { kernelsFor } from "./portable-kernels.ts";
import type { PortableVariableStore } from "./variable-store.ts";
import { createPortableVariables } from "./variable-store.ts";

const stores = new WeakMap<Executor, PortableVariableStore>();

/** How many batch sizes stay prepared per procedure: a full batch, a short last one, and two more. */
const prepared = 4;

/**
 * Runs a program instruction by instruction on an engine of TensorFlow.js, its kernels called directly, every tensor given
 * back where the program says. What the engine cannot do is found before anything runs and returned as a refusal.
 */
export function createPortableExecutor(
  program: StepProgram,
  engine: PortableEngine,
  options: EagerOptions = {},
): { readonly executor: Executor } | { readonly refusal: Refusal } {
  const kernels = kernelsFor(engine);
  const refusal = checkProgram(program, engine, kernels);
  if (refusal !== undefined) return { refusal };
  const store = createPortableVariables(program.variables, engine);
  const tracker = createByteTracker();
  const bound = new Map<string, BoundPortable>();

  function prepare(name: keyof Procedures, batch: number): BoundPortable {
    const key = `${name} ${batch}`;
    const found = bound.get(key) ?? bindPortable(program.procedures[name], batch, store, engine, kernels);
    bound.delete(key); // set again below, so that the map lists the longest unused first
    bound.set(key, found);
    const old = [...bound.keys()].filter((other) => other.startsWith(`${name} `)).slice(0, -prepared);
    for (const other of old) {
      bound.get(other)?.dispose();
      bound.delete(other);
    }
    return found;
  }

  const executor: Executor = {
    kind: engine.name === "webgpu" ? "webgpu" : "portable",
    run: (name, { batch, values }) => prepare(name, batch).run(values, tracker, options.onInstruction),
    readVariables: store.read,
    writeVariables: store.write,
    handOver(other) {
      const target = stores.get(other);
      if (target === undefined) throw new Error("variables are handed over between portable executors only");
      store.handOver(target);
    },
    trackedPeakBytes: () => tracker.peakBytes(),
    dispose() {
      for (const procedure of bound.values()) procedure.dispose();
      bound.clear();
      store.dispose();
    },
  };
  stores.set(executor, store);
  return { executor };
}
