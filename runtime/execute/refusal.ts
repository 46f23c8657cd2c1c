import type { Instruction, Procedure, StepProgram } from "../program/step-program.ts";
import { printShape } from "../program/tensor-type.ts";

/** The first thing in a program that an engine cannot do. */
export interface Refusal {
  /** `transpose` */
  readonly operation: string;
  /** Where it comes from: `stage[1].block[2], attention`. */
  readonly place: string;
  /** What is missing, as a clause: `has no kernel Transpose`. */
  readonly reason: string;
}

/** Looks at every instruction before the first one runs; `reasonAgainst` returns a clause, or undefined where it can be done. */
export function firstRefusal(
  { procedures }: StepProgram,
  reasonAgainst: (procedure: Procedure, instruction: Instruction) => string | undefined,
): Refusal | undefined {
  for (const procedure of Object.values(procedures)) {
    for (const [index, instruction] of procedure.instructions.entries()) {
      const reason = reasonAgainst(procedure, instruction);
      if (reason !== undefined) return { operation: instruction.primitive, place: placeOf(procedure, index), reason };
    }
  }
  return undefined;
}

/** Why an engine that computes with so many axes at most cannot do an instruction: beyond that kernels fail, or give wrong numbers. */
export function tooManyAxes({ values }: Procedure, instruction: Instruction, most: number): string | undefined {
  // It moves nothing.
  if (instruction.primitive === "reshape") return undefined;
  const tensors = [...instruction.operands, ...instruction.results];
  const axes = Math.max(0, ...tensors.map((value) => values[value]?.shape.length ?? 0));
  return axes > most ? `computes with tensors of up to ${most} axes, not of ${axes}` : undefined;
}

function placeOf({ name, sections, instructions, values }: Procedure, index: number): string {
  const section = sections.find(({ start, end }) => start <= index && index < end);
  const instruction = instructions[index];
  const result = values[instruction?.results[0] ?? -1];
  const names = [section?.owner, instruction?.label, result && printShape(result.shape)].filter(Boolean);
  return `${names.join(", ")} (${name})`;
}
