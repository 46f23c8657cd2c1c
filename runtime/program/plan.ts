import { bufferNumbers } from "./liveness.ts";
import type { Procedure, Section, StepProgram, Variable } from "./step-program.ts";
import { bytesAt } from "./tensor-type.ts";

/** What one run of a procedure needs besides the variables, in bytes. The eager executor's tracked bytes are the same. */
export interface MemoryPlan {
  readonly peakBytes: number;
  /** The instruction during which the peak is reached; −1 where the inputs alone are the peak. */
  readonly peakInstruction: number;
  readonly perSection: readonly { readonly section: Section; readonly peakBytes: number }[];
  /** Bytes alive during each instruction: its operands, its results and everything still needed. */
  readonly timeline: readonly number[];
  /** Bytes of the outputs, alive after the last instruction. */
  readonly outputBytes: number;
}

/**
 * Counts the live bytes of a procedure at a batch size. Inputs count until the program frees them, buffers shared by
 * reshapes count once until their last value is freed, variables and what reads of them show do not count.
 */
export function planMemory(procedure: Procedure, batch: number): MemoryPlan {
  const owners = bufferNumbers(procedure);
  const users = new Int32Array(owners.length);
  const bytes = new Float64Array(owners.length);
  let live = 0;

  function add(value: number): void {
    const owner = owners[value] ?? -1;
    if (owner < 0) return;
    const count = users[owner] as number;
    if (count === 0) {
      const type = procedure.values[owner];
      bytes[owner] = type === undefined ? 0 : bytesAt(type, batch);
      live += bytes[owner] as number;
    }
    users[owner] = count + 1;
  }

  function release(value: number): void {
    const owner = owners[value] ?? -1;
    if (owner < 0) return;
    const count = (users[owner] as number) - 1;
    if (count === 0) live -= bytes[owner] as number;
    users[owner] = count;
  }

  for (const { value } of procedure.inputs) add(value);
  const inputBytes = live;
  const timeline = procedure.instructions.map(({ results, free }) => {
    for (const value of results) add(value);
    const during = live;
    for (const value of free) release(value);
    return during;
  });
  const largest = timeline.reduce((best, bytes, index) => (bytes > (timeline[best] ?? inputBytes) ? index : best), -1);
  return {
    peakBytes: timeline[largest] ?? inputBytes,
    peakInstruction: largest,
    perSection: procedure.sections.map((section) => ({
      section,
      peakBytes: timeline.slice(section.start, section.end).reduce((most, bytes) => Math.max(most, bytes), 0),
    })),
    timeline,
    outputBytes: live,
  };
}

/** What of a program its training steps are. */
export interface TrainedProgram extends Pick<StepProgram, "recipe"> {
  readonly procedures: Pick<StepProgram["procedures"], "train">;
  readonly phases?: readonly { readonly procedures: Pick<StepProgram["procedures"], "train"> }[];
}

/**
 * The peak of a training step: of the largest phase where modules are trained one after the other, and a bound where they
 * run at the same time, as if each were at its own peak.
 */
export function stepPeakBytes({ procedures, phases, recipe }: TrainedProgram, batch = recipe.batch): number {
  if (phases !== undefined) {
    return Math.max(...phases.map((phase) => planMemory(phase.procedures.train, batch).peakBytes));
  }
  const { peakBytes, perSection } = planMemory(procedures.train, batch);
  if (recipe.order !== "parallel") return peakBytes;
  const peaks = new Map<number, number>();
  for (const { section, peakBytes: bytes } of perSection) {
    peaks.set(section.module, Math.max(peaks.get(section.module) ?? 0, bytes));
  }
  return [...peaks.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** Bytes of the tensors that live between steps, by role. */
export function variableBytes(program: StepProgram): Record<Variable["role"], number> {
  const bytes = { weight: 0, statistic: 0, slot: 0, average: 0 };
  for (const { role, type } of program.variables) bytes[role] += bytesAt(type, 1);
  return bytes;
}
