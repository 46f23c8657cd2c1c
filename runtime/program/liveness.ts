import { findPrimitive } from "../primitives/registry.ts";
import type { Instruction, Procedure, ValueNumber } from "./step-program.ts";

/**
 * Which values each instruction releases: those used there for the last time, and its own results nobody uses. Outputs
 * of the procedure are never released. One ascending list per instruction.
 */
export function computeFrees(
  instructions: readonly Pick<Instruction, "operands" | "results">[],
  outputs: readonly ValueNumber[],
): ValueNumber[][] {
  // Outputs count as released from the start: nothing releases them.
  const released = new Set(outputs);
  let free: ValueNumber[] = [];
  const release = (value: ValueNumber): void => {
    if (released.has(value)) return;
    released.add(value);
    free.push(value);
  };
  const frees: ValueNumber[][] = new Array(instructions.length);
  for (let index = instructions.length - 1; index >= 0; index--) {
    const { operands, results } = instructions[index] as Instruction;
    free = [];
    operands.forEach(release);
    results.forEach(release);
    frees[index] = free.length > 1 ? free.sort((a, b) => a - b) : free;
  }
  return frees;
}

/** The owner of the buffer behind every value, by value number: another value's number, or −1 for a variable's own buffer. */
export function bufferNumbers({ values, instructions }: Procedure): Int32Array {
  const numbers = Int32Array.from(values, (_, value) => value);
  for (const { primitive, operands, results } of instructions) {
    const alias = findPrimitive(primitive)?.alias;
    if (alias === undefined || results.length === 0) continue;
    const operand = operands[0];
    if (alias === "variable") numbers[results[0] as ValueNumber] = -1;
    else if (operand !== undefined) numbers[results[0] as ValueNumber] = numbers[operand] as number;
  }
  return numbers;
}

/** Who owns the buffer behind a value: a value of its own, or a variable. */
export type BufferOwner =
  | { readonly kind: "value"; readonly value: ValueNumber }
  | { readonly kind: "variable"; readonly address: string };

/** The owner of the buffer behind every value, by value number: reshapes share, reads show the variable itself. */
export function bufferOwners(procedure: Procedure): readonly BufferOwner[] {
  const owners = procedure.values.map<BufferOwner>((_, value) => ({ kind: "value", value }));
  for (const { primitive, operands, results, variables } of procedure.instructions) {
    const alias = findPrimitive(primitive)?.alias;
    const [result, operand, variable] = [results[0], operands[0], variables[0]];
    if (alias === undefined || result === undefined) continue;
    const shared = alias === "operand" && operand !== undefined ? owners[operand] : undefined;
    if (shared !== undefined) owners[result] = shared;
    if (alias === "variable" && variable !== undefined) owners[result] = { kind: "variable", address: variable };
  }
  return owners;
}
