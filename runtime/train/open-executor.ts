import { chooseEngine, executorFor, nativeTitle } from "../engine/choose-engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import { loadEngine } from "../engine/load-engine.ts";
import { loadWasm } from "../engine/load-wasm.ts";
import { loadWebgpu } from "../engine/load-webgpu.ts";
import { checkNative } from "../execute/check-native.ts";
import { createEagerExecutor } from "../execute/eager/eager-executor.ts";
import type { Executor } from "../execute/executor.ts";
import { createGraphExecutor } from "../execute/graph/graph-executor.ts";
import { createPortableExecutor } from "../execute/portable/portable-executor.ts";
import { usefulThreads } from "../execute/portable/useful-threads.ts";
import type { Refusal } from "../execute/refusal.ts";
import type { StepProgram } from "../program/step-program.ts";
import type { TrainerOptions } from "./trainer.ts";

/** Loads the engine that suits a program; then executors can be opened at once. */
export async function executorOpener(
  program: StepProgram,
  options: Pick<TrainerOptions, "executor" | "onInstruction">,
): Promise<(program: StepProgram) => Executor> {
  const { onInstruction, executor: kind = executorFor(chooseEngine()) } = options;
  const observed = onInstruction === undefined ? {} : { onInstruction };
  if (kind === "portable" || kind === "webgpu") {
    const engine = kind === "webgpu" ? await loadWebgpu() : await loadWasm(usefulThreads(program));
    return (program) => {
      const created = createPortableExecutor(program, engine, observed);
      if ("executor" in created) return created.executor;
      throw refused(engine.title, created.refusal);
    };
  }
  const { record, binding } = loadEngine();
  return (program) => {
    const refusal = checkNative(program, kind);
    if (refusal !== undefined) throw refused(`${nativeTitle(record)}, ${kind} executor`, refusal);
    return kind === "eager" ? createEagerExecutor(program, binding, observed) : createGraphExecutor(program, binding);
  };
}

function refused(engine: string, { operation, place, reason }: Refusal): EngineError {
  return new EngineError(
    "LL9014",
    `the engine (${engine}) ${reason}: \`${operation}\` in ${place}`,
    "write that part otherwise, or use another engine (`--engine`, `--executor`); `llnet doctor` lists them",
  );
}
