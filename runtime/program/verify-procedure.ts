import type { Primitive } from "../primitives/primitive.ts";
import { ProgramError } from "../primitives/primitive.ts";
import { findPrimitive } from "../primitives/registry.ts";
import { computeFrees } from "./liveness.ts";
import type { Instruction, Procedure, Variable } from "./step-program.ts";
import type { TensorType } from "./tensor-type.ts";
import { printType, sameShape } from "./tensor-type.ts";
import type { Report } from "./verify.ts";

/** Single assignment, types as derived, sections that cover, exact frees, no dead instruction, effects only in `train`. */
export function verifyProcedure(procedure: Procedure, variables: ReadonlyMap<string, Variable>, report: Report): void {
  const defined = new Set<number>();
  const define = (value: number, instruction: number | undefined): void => {
    if (procedure.values[value] === undefined) report(instruction, `%${value} has no type`);
    if (defined.has(value)) report(instruction, `%${value} is defined twice`);
    defined.add(value);
  };

  for (const { value } of procedure.inputs) define(value, undefined);
  procedure.instructions.forEach((instruction, index) => {
    for (const operand of instruction.operands) {
      if (!defined.has(operand)) report(index, `%${operand} is used before it is defined`);
    }
    for (const message of callFaults(procedure, instruction, variables)) report(index, message);
    for (const result of instruction.results) define(result, index);
  });
  for (const { name, value } of procedure.outputs) {
    if (!defined.has(value)) report(undefined, `output ${name} is %${value}, which is not defined`);
  }
  if (defined.size !== procedure.values.length) {
    report(undefined, `${procedure.values.length} values have a type, ${defined.size} are defined`);
  }
  verifySections(procedure, report);
  verifyUse(procedure, report);
}

/** What is wrong with an instruction, seen alone. */
function callFaults(
  procedure: Procedure,
  { primitive: name, operands, results, attributes, variables: addresses }: Instruction,
  variables: ReadonlyMap<string, Variable>,
): readonly string[] {
  const primitive = findPrimitive(name);
  if (primitive === undefined) return [`there is no primitive ${name}`];
  if (primitive.hasEffect === true && procedure.name !== "train") {
    return [`${name} changes a variable, which only procedure train may`];
  }
  const variableTypes: TensorType[] = [];
  for (const address of addresses) {
    const variable = variables.get(address);
    if (variable === undefined) return [`there is no variable ${address}`];
    variableTypes.push(variable.type);
  }
  const types = operands.map((operand) => procedure.values[operand]);
  if (types.includes(undefined)) return []; // already reported as undefined
  const call = { operands: types as TensorType[], attributes, variables: variableTypes };
  const derived = deriveResults(primitive, call);
  if (typeof derived === "string") return [derived];
  if (derived.length !== results.length) {
    return [`${name} has ${derived.length} results, found ${results.length}`];
  }
  return derived.flatMap((type, position) => {
    const stated = procedure.values[results[position] as number];
    if (stated === undefined || (stated.dataType === type.dataType && sameShape(stated.shape, type.shape))) return [];
    return [`%${results[position]} should be ${printType(type)}, found ${printType(stated)}`];
  });
}

function deriveResults(
  primitive: Primitive,
  call: Parameters<Primitive["results"]>[0],
): readonly TensorType[] | string {
  try {
    return primitive.results(call);
  } catch (error) {
    if (error instanceof ProgramError) return error.message;
    throw error;
  }
}

function verifySections({ sections, instructions }: Procedure, report: Report): void {
  let next = 0;
  for (const { start, end, module, part } of sections) {
    if (start !== next) report(start, `section ${part} of module ${module} starts at ${start}, expected ${next}`);
    if (end <= start) report(start, `section ${part} of module ${module} is empty`);
    next = end;
  }
  if (next !== instructions.length) report(undefined, `sections end at ${next}, expected ${instructions.length}`);
}

/** Every value is freed at its last use and nowhere else; what nobody uses is not there. */
function verifyUse({ instructions, inputs, outputs }: Procedure, report: Report): void {
  const frees = computeFrees(
    instructions,
    outputs.map(({ value }) => value),
  );
  const used = new Set([...outputs.map(({ value }) => value), ...instructions.flatMap(({ operands }) => operands)]);
  for (const { name, value } of inputs) {
    if (!used.has(value)) report(undefined, `input ${name} is never read`);
  }
  instructions.forEach(({ primitive, results, free }, index) => {
    const expected = new Set(frees[index]);
    const found = new Set(free);
    if (found.size < free.length) report(index, "a value is freed twice by one instruction");
    for (const value of expected) {
      if (!found.has(value)) report(index, `%${value} is used here for the last time, but not freed`);
    }
    for (const value of found) {
      if (!expected.has(value)) report(index, `%${value} is freed, but this is not its last use`);
    }
    const isDead = findPrimitive(primitive)?.hasEffect !== true && !results.some((value) => used.has(value));
    if (isDead) report(index, `${primitive} has no effect and nobody uses its results`);
  });
}
