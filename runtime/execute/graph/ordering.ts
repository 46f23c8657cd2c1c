/**
 * What must run after what in a graph, beyond the flow of values. TensorFlow starts whatever has its inputs, so:
 *
 * - a variable changes only after everything that reads its old value, and is read again only after the change;
 * - a module starts only when the one before has finished its updates, so that memory stays the maximum over modules.
 *   Its first work waits for a *join*, a node that runs after all updates of the module before. With `order: parallel` it
 *   waits for nothing but the values it is handed: modules overlap, and so does their memory. Within a module the order
 *   is free: forcing it to take memory only after the plan has freed some cost 5 % of the time and saved at most 4 %.
 */
import { findPrimitive } from "../../primitives/registry.ts";
import { bufferOwners } from "../../program/liveness.ts";
import type { Instruction, Procedure } from "../../program/step-program.ts";
import type { AncestorSet } from "./ancestor-set.ts";
import { createAncestorSet } from "./ancestor-set.ts";

export interface Ordering {
  /** For each instruction, others (by index) that must have run before although it uses no value of theirs. */
  readonly after: readonly (readonly number[])[];
  /** For each instruction, the join it waits for, if any. */
  readonly waitsFor: readonly (number | undefined)[];
  readonly joins: readonly Join[];
}

/** The end of one module's work. */
export interface Join {
  readonly module: number;
  /** Instructions it runs after: the module's updates, or where it has none, what computes its outputs. */
  readonly instructions: readonly number[];
}

export interface OrderingOptions {
  /** False where modules may run at the same time: each then starts as soon as it has what the one before hands on. */
  readonly modulesWait?: boolean;
}

export function orderProcedure(procedure: Procedure, { modulesWait = true }: OrderingOptions = {}): Ordering {
  const owners = bufferOwners(procedure);
  const producers = new Map<number, number>();
  const outputs = new Set(procedure.outputs.map(({ value }) => value));
  const ancestors: AncestorSet[] = [];
  const readers = new Map<string, number[]>();
  const lastChange = new Map<string, number>();
  const after: number[][] = [];
  const waitsFor: (number | undefined)[] = [];
  const joins: Join[] = [];
  const joinAncestors: AncestorSet[] = [];

  for (const run of moduleRuns(procedure)) {
    const previous = joins.length - 1;
    for (let index = run.start; index < run.end; index++) {
      const instruction = procedure.instructions[index] as Instruction;
      const known = createAncestorSet(procedure.instructions.length);
      for (const operand of instruction.operands) {
        const producer = producers.get(operand);
        if (producer !== undefined) known.addAll(ancestors[producer], producer);
      }
      const waits =
        modulesWait && previous >= 0 && startsModule(instruction, (value) => (producers.get(value) ?? -1) < run.start);
      if (waits) known.addAll(joinAncestors[previous]);
      waitsFor.push(waits ? previous : undefined);
      after.push(
        predecessors(instruction, index).filter((candidate) => {
          if (known.has(candidate)) return false;
          known.addAll(ancestors[candidate], candidate);
          return true;
        }),
      );
      for (const value of instruction.results) producers.set(value, index);
      ancestors.push(known);
    }
    const finished = lastInstructions(run);
    if (finished.length === 0) continue;
    const known = createAncestorSet(procedure.instructions.length);
    known.addAll(joinAncestors[previous]);
    for (const index of finished) known.addAll(ancestors[index], index);
    joins.push({ module: run.module, instructions: finished });
    joinAncestors.push(known);
  }
  return { after, waitsFor, joins };

  /** What an instruction must not overtake because of the variables it touches and the memory it takes, the latest first. */
  function predecessors(instruction: Instruction, index: number): number[] {
    const candidates: number[] = [];
    const changes = findPrimitive(instruction.primitive)?.hasEffect === true;
    for (const operand of instruction.operands) {
      const owner = owners[operand];
      if (owner?.kind === "variable") noteReader(owner.address, index);
    }
    for (const address of instruction.variables) {
      const change = lastChange.get(address);
      if (change !== undefined) candidates.push(change);
      if (!changes) {
        noteReader(address, index);
        continue;
      }
      candidates.push(...(readers.get(address) ?? []).filter((reader) => reader !== index));
      readers.set(address, []);
      lastChange.set(address, index);
    }
    return candidates.sort((a, b) => b - a);
  }

  function noteReader(address: string, index: number): void {
    readers.set(address, [...(readers.get(address) ?? []), index]);
  }

  function lastInstructions({ start, end }: ModuleRun): number[] {
    const indices = Array.from({ length: end - start }, (_, offset) => start + offset);
    const instructionAt = (index: number): Instruction => procedure.instructions[index] as Instruction;
    const changing = indices.filter((index) => findPrimitive(instructionAt(index).primitive)?.hasEffect === true);
    if (changing.length > 0) return changing;
    return indices.filter((index) => instructionAt(index).results.some((value) => outputs.has(value)));
  }
}

/** Whether it uses something from before its module, or makes something from nothing. */
function startsModule({ primitive, operands }: Instruction, isFromBefore: (value: number) => boolean): boolean {
  if (operands.length > 0) return operands.some(isFromBefore);
  return findPrimitive(primitive)?.alias !== "variable"; // reading a variable takes no memory
}

interface ModuleRun {
  readonly module: number;
  readonly start: number;
  readonly end: number;
}

/** Consecutive sections of one module, taken together. */
function moduleRuns({ sections }: Procedure): ModuleRun[] {
  const runs: ModuleRun[] = [];
  for (const { module, start, end } of sections) {
    const last = runs.at(-1);
    if (last?.module === module) runs[runs.length - 1] = { ...last, end };
    else runs.push({ module, start, end });
  }
  return runs;
}
