/** One executor at a time, for the part of a sequential training that is running; the variables are carried over. */
import type { Executor } from "../execute/executor.ts";
import { phaseOf, phaseProgram } from "../program/phases.ts";
import { type SplitPhase, splitFrozen } from "../program/split-frozen.ts";
import type { StepProgram } from "../program/step-program.ts";

/** The whole of a phase's step; its finished modules alone; the rest of it, which is fed what they hand on. */
export type PhasePart = "whole" | "frozen" | "rest";

export interface PhasedExecutor {
  /** The executor of a part, with the values the variables have now. */
  use(part: PhasePart): Executor;
  /** The one in use. */
  readonly current: Executor;
  /** The program it runs. */
  readonly program: StepProgram;
  /** 1-based; undefined where the program has no phases. */
  readonly phase: number | undefined;
  setPhase(phase: number): void;
  /** How the phase's step can be split; undefined where it cannot. */
  split(): SplitPhase | undefined;
  dispose(): void;
}

export function createPhasedExecutor(program: StepProgram, open: (program: StepProgram) => Executor): PhasedExecutor {
  let phase = program.phases === undefined ? undefined : 1;
  let part: PhasePart = "whole";
  let splits = new Map<number, SplitPhase | undefined>();
  let running = programOf();
  let executor = open(running);

  function programOf(): StepProgram {
    if (phase === undefined) return program;
    const own = phaseProgram(program, phase);
    const parts = part === "whole" ? undefined : split();
    if (parts === undefined) return own;
    const { frozen, rest } = parts;
    return {
      ...own,
      procedures: { ...own.procedures, ...(part === "frozen" ? { predict: frozen } : { train: rest }) },
    };
  }

  function split(): SplitPhase | undefined {
    if (phase === undefined) return undefined;
    if (!splits.has(phase)) splits = new Map([[phase, splitFrozen(program, phaseOf(program, phase))]]);
    return splits.get(phase);
  }

  function reopen(): void {
    running = programOf();
    if (executor.handOver !== undefined) {
      const next = open(running);
      executor.handOver(next);
      executor.dispose();
      executor = next;
      return;
    }
    const values = executor.readVariables();
    if (values instanceof Promise) throw new Error(`the ${executor.kind} executor must hand its variables over`);
    executor.dispose();
    executor = open(running);
    executor.writeVariables(values);
  }

  return {
    use(wanted) {
      if (wanted !== part && phase !== undefined) {
        part = wanted;
        reopen();
      }
      return executor;
    },
    get current() {
      return executor;
    },
    get program() {
      return running;
    },
    get phase() {
      return phase;
    },
    setPhase(wanted) {
      if (wanted === phase) return;
      [phase, part] = [wanted, "whole"];
      reopen();
    },
    split,
    dispose: () => executor.dispose(),
  };
}
