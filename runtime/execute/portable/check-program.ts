import type { PortableEngine } from "../../engine/portable-engine.ts";
import type { PrimitiveCall } from "../../primitives/primitive.ts";
import { ProgramError } from "../../primitives/primitive.ts";
import type { Instruction, Procedure, StepProgram } from "../../program/step-program.ts";
import type { TensorType } from "../../program/tensor-type.ts";
import { printShape } from "../../program/tensor-type.ts";
import type { KernelSet } from "./portable-kernels.ts";

/** The first thing in a program that an engine cannot do. */
export interface Refusal {
  /** `transpose` */
  readonly operation: string;
  /** Where it comes from: `stage[1].block[2], attention`. */
  readonly place: string;
  /** What is missing, as a clause: `has no kernel Transpose`. */
  readonly reason: string;
}

/** Looks at every instruction before the first one runs: an engine that cannot do one of them is refused at once. */
export function checkProgram(program: StepProgram, engine: PortableEngine, set: KernelSet): Refusal | undefined {
  const variables = new Map(program.variables.map(({ address, type }) => [address, type]));
  for (const procedure of Object.values(program.procedures)) {
    for (const [index, instruction] of procedure.instructions.entries()) {
      const reason = reasonAgainst(procedure, instruction, variables, engine, set);
      if (reason !== undefined) {
        return { operation: instruction.primitive, place: placeOf(procedure, index), reason };
      }
    }
  }
  return undefined;
}

function reasonAgainst(
  procedure: Procedure,
  instruction: Instruction,
  variables: ReadonlyMap<string, TensorType>,
  engine: PortableEngine,
  { kernels, repairs }: KernelSet,
): string | undefined {
  const kernel = kernels[instruction.primitive];
  if (kernel === undefined) return "does not know it";
  const missing = kernel.uses.find((name) => !engine.has(name) && repairs[name] === undefined);
  if (missing !== undefined) return `has no kernel ${missing}`;
  const refused = kernel.refuses?.(callOf(procedure, instruction, variables));
  return refused === undefined ? undefined : `cannot do ${refused}`;
}

function callOf(
  procedure: Procedure,
  { operands, attributes, variables: addresses }: Instruction,
  variables: ReadonlyMap<string, TensorType>,
): PrimitiveCall {
  return {
    operands: operands.map((value) => defined(procedure.values[value], `%${value}`)),
    attributes,
    variables: addresses.map((address) => defined(variables.get(address), address)),
  };
}

function placeOf({ name, sections, instructions, values }: Procedure, index: number): string {
  const section = sections.find(({ start, end }) => start <= index && index < end);
  const instruction = instructions[index];
  const result = values[instruction?.results[0] ?? -1];
  const names = [section?.owner, instruction?.label, result && printShape(result.shape)].filter(Boolean);
  return `${names.join(", ")} (${name})`;
}

export function defined<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new ProgramError(`${name} is not defined`);
  return value;
}
