import type { Primitive, TensorFlowCall } from "../primitives/primitive.ts";
import { ProgramError } from "../primitives/primitive.ts";
import { findPrimitive } from "../primitives/registry.ts";
import type { Instruction, Procedure } from "../program/step-program.ts";
import type { TensorType } from "../program/tensor-type.ts";

/** The primitive of an instruction and the TensorFlow kernel that computes it, the batch size left open. */
export function callOfInstruction(
  procedure: Procedure,
  instruction: Instruction,
  variables: ReadonlyMap<string, TensorType>,
): { readonly primitive: Primitive; readonly call: TensorFlowCall } {
  const primitive = findPrimitive(instruction.primitive);
  if (primitive === undefined) throw new ProgramError(`there is no primitive ${instruction.primitive}`);
  const call = primitive.tensorflow({
    operands: instruction.operands.map((value) => defined(procedure.values[value], `%${value}`)),
    attributes: instruction.attributes,
    variables: instruction.variables.map((address) => defined(variables.get(address), address)),
  });
  return { primitive, call };
}

function defined(type: TensorType | undefined, name: string): TensorType {
  if (type === undefined) throw new ProgramError(`${name} is not defined`);
  return type;
}
