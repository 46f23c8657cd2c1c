import type { Procedure } from "../../program/step-program.ts";

/** Which instructions must have finished before another one takes memory, so that a graph holds no more than the plan. */
export interface MemoryOrder {
  /** To be asked once for every instruction, in order. */
  predecessors(index: number): readonly number[];
}

/**
 * An instruction that takes memory for every sample waits for all users of what the program has freed by then. Without
 * this a graph may put off, for example, the kernel gradients, and keep their operands alive meanwhile. Tensors without a
 * batch axis are small and do not count.
 */
export function createMemoryOrder({ instructions, values }: Procedure): MemoryOrder {
  const users = new Map<number, number[]>();
  let finishing: number[] = []; // users of what was freed since memory was last taken
  const growsWithBatch = (value: number): boolean => values[value]?.shape.some((length) => length < 0) === true;

  return {
    predecessors(index) {
      const { operands = [], results = [], free = [] } = instructions[index] ?? {};
      for (const value of operands.filter(growsWithBatch)) users.set(value, [...(users.get(value) ?? []), index]);
      const before = finishing;
      const takesMemory = results.some(growsWithBatch);
      if (takesMemory) finishing = [];
      finishing = [...finishing, ...free.filter(growsWithBatch).flatMap((value) => users.get(value) ?? [])];
      return takesMemory ? before : [];
    },
  };
}
