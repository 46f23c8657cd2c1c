/** Which instructions may run a second time, and what that costs. */
import { findPrimitive } from "../../runtime/primitives/registry.ts";
import type { Instruction, Procedure, ValueNumber } from "../../runtime/program/step-program.ts";
import { bytesAt, type TensorType } from "../../runtime/program/tensor-type.ts";

/** How far back a repetition goes: through instructions without multiply-adds, or through all of a section. */
export type Extent = "cheap" | "section";

/** Moving a byte takes about as long as two multiply-adds of a convolution (measured on a CPU: 18 bytes and 40 of them per ns). */
const macsPerByte = 2;

/** Changes of variables never run twice; of batch normalisation only the image, and that with the statistics it had. */
export function isRepeatable({ primitive, results }: Instruction, value: ValueNumber, extent: Extent): boolean {
  const found = findPrimitive(primitive);
  if (found === undefined || found.hasEffect === true || found.alias === "variable") return false;
  if (primitive === "batch_norm_training" && results[0] !== value) return false;
  return extent === "section" || found.macs === undefined;
}

/**
 * The operands and attributes with which an instruction is repeated. Batch normalisation becomes its inference form with the
 * mean and variance of the batch, so that running statistics move once, and no sum is taken twice.
 */
export function repetitionOf(instruction: Instruction): Pick<Instruction, "primitive" | "operands" | "attributes"> {
  const { primitive, operands, results, attributes } = instruction;
  if (primitive !== "batch_norm_training") return { primitive, operands, attributes };
  const [x, scale, offset] = operands as [ValueNumber, ValueNumber, ValueNumber];
  const [, , , mean, variance] = results as [ValueNumber, ValueNumber, ValueNumber, ValueNumber, ValueNumber];
  return {
    primitive: "batch_norm_inference",
    operands: [x, scale, offset, mean, variance],
    attributes: { epsilon: attributes["epsilon"] as number },
  };
}

/** In multiply-adds at one batch size: those it does, and the time its operands and results take to move. */
export function costOf(instruction: Instruction, { values }: Procedure, batch: number): number {
  const found = findPrimitive(instruction.primitive);
  if (found?.alias !== undefined) return 0;
  const { operands, attributes } = repetitionOf(instruction);
  const types = operands.map((value) => values[value] as TensorType);
  const moved = [...types, values[instruction.results[0] as ValueNumber] as TensorType];
  const bytes = moved.reduce((total, type) => total + bytesAt(type, batch), 0);
  return bytes * macsPerByte + batch * (found?.macs?.({ operands: types, attributes, variables: [] }) ?? 0);
}
