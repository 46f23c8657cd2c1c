import type { Binding } from "../../engine/binding.ts";
import type { Instruction, Procedures, StepProgram } from "../../program/step-program.ts";
import type { SynchronousExecutor } from "../executor.ts";
import type { BoundProcedure } from "./bind-procedure.ts";
import { bindProcedure } from "./bind-procedure.ts";
import { createByteTracker } from "./byte-tracker.ts";
import { createVariableStore } from "./variable-store.ts";

export interface EagerOptions {
  /** Called after every instruction with the time it took: the profiler. */
  readonly onInstruction?: (instruction: Instruction, index: number, milliseconds: number) => void;
}

/** How many batch sizes stay prepared per procedure: a full batch, a short last one, and two more. */
const PREPARED = 4;

/**
 * Runs a program one instruction after the other on the native engine, giving every tensor back exactly where the
 * program says. It is the reference the graph executor is compared with, the profiler, and the exact memory meter.
 */
export function createEagerExecutor(
  program: StepProgram,
  binding: Binding,
  options: EagerOptions = {},
): SynchronousExecutor {
  const store = createVariableStore(program.variables, binding);
  const tracker = createByteTracker();
  const prepared = new Map<string, BoundProcedure>();

  function prepare(name: keyof Procedures, batch: number): BoundProcedure {
    const key = `${name} ${batch}`;
    const bound = prepared.get(key) ?? bindProcedure(program.procedures[name], batch, store, binding);
    prepared.delete(key); // set again below, so that the map lists the longest unused first
    prepared.set(key, bound);
    const old = [...prepared.keys()].filter((other) => other.startsWith(`${name} `)).slice(0, -PREPARED);
    for (const other of old) {
      prepared.get(other)?.dispose();
      prepared.delete(other);
    }
    return bound;
  }

  return {
    kind: "eager",
    run: (name, { batch, values }) => prepare(name, batch).run(values, tracker, options.onInstruction),
    readVariables: store.read,
    writeVariables: store.write,
    trackedPeakBytes: () => tracker.peakBytes(),
    dispose() {
      for (const bound of prepared.values()) bound.dispose();
      prepared.clear();
      store.dispose();
    },
  };
}
