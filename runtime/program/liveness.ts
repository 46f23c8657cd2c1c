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
  const kept = new Set(outputs);
  const released = new Set<ValueNumber>();
  const frees: ValueNumber[][] = instructions.map(() => []);
  for (let index = instructions.length - 1; index >= 0; index--) {
    const instruction = instructions[index] as Instruction;
    for (const value of [...instruction.operands, ...instruction.results]) {
      if (kept.has(value) || released.has(value)) continue;
      released.add(value);
      frees[index]?.push(value);
    }
    frees[index]?.sort((a, b) => a - b);
  }
  return frees;
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
