import type { Binding } from "../../engine/binding.ts";
import type { StepProgram } from "../../program/step-program.ts";
import type { SynchronousExecutor } from "../executor.ts";
import type { GraphSession } from "./graph-session.ts";
import { openGraphSession } from "./graph-session.ts";

/**
 * Runs a program through TensorFlow's own graph executor: one call per step, kernels chosen, fused and overlapped there.
 * Variables live in the session. `gradients` is a second graph, made when it is first asked for, so that training does
 * not carry it; the variables are copied over for each call.
 */
export function createGraphExecutor(program: StepProgram, binding: Binding): SynchronousExecutor {
  const main = openGraphSession(program, ["train", "evaluate", "predict"], binding);
  let forGradients: GraphSession | undefined;

  return {
    kind: "graph",
    run(name, feeds) {
      if (name !== "gradients") return main.run(name, feeds);
      forGradients ??= openGraphSession(program, ["gradients"], binding);
      forGradients.write(main.read());
      return forGradients.run(name, feeds);
    },
    readVariables: main.read,
    writeVariables(values) {
      const isComplete = program.variables.every(({ address }) => values.has(address));
      main.write(isComplete ? values : new Map([...main.read(), ...values]));
    },
    trackedPeakBytes: () => undefined,
    dispose() {
      main.close();
      forGradients?.close();
    },
  };
}
