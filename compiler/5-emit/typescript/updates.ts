/** Finding the updates of weights: decay, then the optimizer's rule, written once per weight and the same for most. */
import type { Instruction, ValueNumber } from "../../../runtime/program/step-program.ts";

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

export function findUpdates(instructions: readonly Instruction[]): Update[] {
  const updates: Update[] = [];
  instructions.forEach(({ primitive, variables }, index) => {
    const weight = variables[0];
    if (!primitive.startsWith("apply_") || weight === undefined) return;
    const start = findStart(instructions, index, weight, updates.at(-1)?.end ?? 0);
    const own = instructions.slice(start, index + 1);
    updates.push({ weight, instructions: own, imports: listImports(own), start, end: index + 1 });
  });
  return updates;
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
  const known = new Set<ValueNumber>();
  return instructions.every(({ operands, results, variables }) => {
    for (const result of results) known.add(result);
    return variables[0] === weight || operands.some((operand) => known.has(operand));
  });
}

function listImports(instructions: readonly Instruction[]): ValueNumber[] {
  const imports: ValueNumber[] = [];
  instructions.forEach(({ operands }, index) => {
    for (const value of operands) {
      const isOwn = instructions.some(({ results }, at) => at < index && results.includes(value));
      if (!isOwn && !imports.includes(value)) imports.push(value);
    }
  });
  return imports;
}
