import { chooseEngine, executorFor } from "../engine/choose-engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import { loadEngine } from "../engine/load-engine.ts";
import { loadWasm } from "../engine/load-wasm.ts";
import { loadWebgpu } from "../engine/load-webgpu.ts";
import { createEagerExecutor } from "../execute/eager/eager-executor.ts";
import type { Executor } from "../execute/executor.ts";
import { createGraphExecutor } from "../execute/graph/graph-executor.ts";
import { createPortableExecutor } from "../execute/portable/portable-executor.ts";
import { usefulThreads } from "../execute/portable/useful-threads.ts";
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
      const { operation, place, reason } = created.refusal;
      throw new EngineError(
        "LL9014",
        `the engine (${engine.title}) ${reason}, which \`${operation}\` in ${place} needs`,
        "use another engine; `llnet doctor` lists them",
      );
    };
  }
  const { binding } = loadEngine();
  return (program) =>
    kind === "eager" ? createEagerExecutor(program, binding, observed) : createGraphExecutor(program, binding);
}
