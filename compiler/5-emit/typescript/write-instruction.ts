import type { AttributeValue, Instruction, ValueNumber } from "../../../runtime/program/step-program.ts";
import { listPrimitives, methodName } from "../../../runtime/program/vocabulary/primitives.ts";
import { array, type Code, call, object, statement } from "./code.ts";
import { attributeLiteral, propertyKey, stringLiteral } from "./literals.ts";

export interface InstructionWriting {
  expression(value: ValueNumber): string;
  /** The code of a variable's address. */
  address(whole: string): string;
  /** The code of a label, where it is not the text itself. */
  label?(text: string): string;
  /** The code of an attribute, where it is not the value itself. Called for every attribute, in order. */
  attribute?(name: string, value: AttributeValue): Code | undefined;
  /** The variable that takes the results. */
  readonly variable: string | undefined;
}

/** `const conv1 = step.conv2d("conv[1]", x, kernel, { … });` */
export function writeInstruction(instruction: Instruction, writing: InstructionWriting): string {
  const { primitive, operands, attributes, variables, label } = instruction;
  const values = operands.map(writing.expression);
  const given: Code[] = label === "" ? [] : [writing.label?.(label) ?? stringLiteral(label)];
  const [variable, ...slots] = variables.map(writing.address);
  if (variable !== undefined) given.push(slots.length === 0 ? variable : array([variable, ...slots]));
  if (listPrimitives.has(primitive)) given.push(array(values));
  else given.push(...values);
  const entries = Object.entries(attributes).map(([name, value]): [string, Code] => [
    propertyKey(name),
    writing.attribute?.(name, value) ?? attributeLiteral(value),
  ]);
  if (entries.length > 0) given.push(object(entries));
  const start = writing.variable === undefined ? "" : `const ${writing.variable} = `;
  return statement(start, call(`step.${methodName(primitive)}`, ...given));
}
