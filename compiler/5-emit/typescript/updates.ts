/** Finding the updates of weights: decay, then the optimizer's rule, written once per weight and the same for most. */
import type { Instruction, Procedure, ValueNumber } from "../../../runtime/program/step-program.ts";

/** The instructions that move one weight, given its gradient. */
export interface Update {
  readonly weight: string;
  readonly instructions: readonly Instruction[];
  /** What they use from outside, in order of first use. */
  readonly imports: readonly ValueNumber[];
  /** Position of the first instruction, and of the one after the last. */
  readonly start: number;
  readonly end: number;
}

export function findUpdates(instructions: readonly Instruction[], from: number, to: number): Update[] {
  const updates: Update[] = [];
  let last = from;
  for (let index = from; index < to; index++) {
    const { primitive, variables } = instructions[index] as Instruction;
    const weight = variables[0];
    if (weight === undefined || !primitive.startsWith("apply_")) continue;
    const start = findStart(instructions, index, weight, last);
    last = index + 1;
    const own = instructions.slice(start, last);
    updates.push({ weight, instructions: own, imports: listImports(own), start, end: last });
  }
  return updates;
}

/** The gradient a weight is updated by: the only thing an update uses that is not fed. None: it is zero. */
export function gradientOf(update: Update, procedure: Procedure): ValueNumber | undefined {
  const gradients = update.imports.filter((value) => value >= procedure.inputs.length);
  return gradients.length === 1 ? gradients[0] : undefined;
}

/** Back to the reading of the weight, if all that lies between follows from it; or to the zero it is given. */
function findStart(instructions: readonly Instruction[], end: number, weight: string, first: number): number {
  const apply = instructions[end] as Instruction;
  const before = instructions[end - 1];
  if (end > first && before?.primitive === "fill" && before.results[0] === apply.operands[0] && before.label !== "") {
    return startOfFill(instructions, end, weight, first);
  }
  for (let start = end - 1; start >= first; start--) {
    const { primitive, variables } = instructions[start] as Instruction;
    if (primitive !== "read" || variables[0] !== weight) continue;
    return followsFrom(instructions.slice(start, end + 1), weight) ? start : end;
  }
  return end;
}

function startOfFill(instructions: readonly Instruction[], end: number, weight: string, first: number): number {
  const reading = instructions[end - 2];
  const isRead = end - 2 >= first && reading?.primitive === "read" && reading.variables[0] === weight;
  return isRead ? end - 2 : end - 1;
}

function followsFrom(instructions: readonly Instruction[], weight: string): boolean {
  return instructions.every(
    ({ operands, variables }, index) =>
      variables[0] === weight || operands.some((operand) => isComputed(operand, instructions, index)),
  );
}

function listImports(instructions: readonly Instruction[]): ValueNumber[] {
  const imports: ValueNumber[] = [];
  for (let index = 0; index < instructions.length; index++) {
    for (const value of (instructions[index] as Instruction).operands) {
      if (!isComputed(value, instructions, index) && !imports.includes(value)) imports.push(value);
    }
  }
  return imports;
}

/** Whether one of the first instructions computes the value. */
function isComputed(value: ValueNumber, instructions: readonly Instruction[], end: number): boolean {
  for (let index = 0; index < end; index++) {
    if ((instructions[index] as Instruction).results.includes(value)) return true;
  }
  return false;
}
