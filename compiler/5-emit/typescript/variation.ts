/**
 * Whether one step function can serve two procedures: `gradients` is the training step without effects, with gradients as
 * outputs; `predict` is the inference step of which only the logits are wanted. What nothing needs is left out of both.
 */
import { findPrimitive } from "../../../runtime/primitives/registry.ts";
import type {
  Attributes,
  AttributeValue,
  Instruction,
  Procedure,
  Section,
  ValueNumber,
} from "../../../runtime/program/step-program.ts";
import { type Fragment, visitInstructions, visitSteps } from "./fragments.ts";
import type { Output } from "./outputs.ts";
import { gradientOf, type Update } from "./updates.ts";

export interface Variation {
  readonly fragments: readonly Fragment[];
  readonly outputs: ReadonlyMap<Fragment, readonly Output[]>;
}

/** Whether the function, run for the other procedure, builds exactly it. */
export function buildsExactly(variation: Variation, target: Procedure): boolean {
  const written = writeVariation(variation, target.name);
  if (written === undefined || written.outputs.length !== target.outputs.length) return false;
  const { instructions } = written;
  const used = new Uint8Array(written.valueCount);
  for (const { value } of written.outputs) used[value] = 1;
  const live: number[] = [];
  for (let index = instructions.length - 1; index >= 0; index--) {
    const { primitive, operands, results } = instructions[index] as Draft;
    if (!changesState(primitive) && !isAnyUsed(results, used)) continue;
    for (const operand of operands) used[operand] = 1;
    live.push(index);
  }
  return isSame(live.reverse(), written, used, target);
}

function isAnyUsed(values: readonly ValueNumber[], used: Uint8Array): boolean {
  for (const value of values) if (used[value] === 1) return true;
  return false;
}

function changesState(primitive: string): boolean {
  return findPrimitive(primitive)?.hasEffect === true;
}

type Draft = Pick<Instruction, "primitive" | "operands" | "results" | "attributes" | "variables" | "label">;

/** Where instructions belong, from the first one on. */
interface Place {
  readonly start: number;
  readonly fragment: Fragment;
  readonly part: Section["part"];
}

interface Written {
  readonly source: Procedure;
  readonly instructions: readonly Draft[];
  readonly places: readonly Place[];
  readonly outputs: readonly { readonly name: string; readonly value: ValueNumber }[];
  /** One more than the largest value. */
  readonly valueCount: number;
}

function writeVariation({ fragments, outputs }: Variation, name: Procedure["name"]): Written | undefined {
  const source = fragments[0]?.procedure;
  if (source === undefined) return undefined;
  const withoutEffects = name === "gradients";
  const instructions: Draft[] = [];
  const places: Place[] = [];
  const given: { name: string; value: ValueNumber }[] = [];
  const gradients: { name: string; value: ValueNumber }[] = [];
  let next = source.values.length;

  const write = (instruction: Instruction): void => {
    if (!withoutEffects || !changesState(instruction.primitive)) instructions.push(instruction);
  };
  const writeGradient = (update: Update): void => {
    const gradient = gradientOf(update, source);
    gradients.push({ name: update.weight, value: gradient ?? next });
    if (gradient === undefined) instructions.push(zeroGradient(next++));
  };
  for (const fragment of fragments) {
    visitSteps(fragment.steps, (step) => {
      if (step.kind === "section") places.push({ start: instructions.length, fragment, part: step.part });
      else {
        if (step.kind === "update" && withoutEffects) writeGradient(step.update);
        visitInstructions([step], write);
      }
    });
    for (const { kind, name: local, value } of outputs.get(fragment) ?? []) {
      if (kind === "output") return undefined;
      if (name === "predict" && kind === "logits") given.push({ name: local, value });
      if (name === "gradients" && kind === "loss") given.push({ name: `module[${fragment.module}].${local}`, value });
    }
  }
  return { source, instructions, places, outputs: [...given, ...gradients], valueCount: next };
}

/** What `step.zeroGradient` writes; its shape is the weight's. */
function zeroGradient(value: ValueNumber): Draft {
  const attributes = { value: { value: 0, batchPower: 0 } };
  return { primitive: "fill", operands: [], results: [value], attributes, variables: [], label: "" };
}

function isSame(
  live: readonly number[],
  { source, instructions, places, outputs, valueCount }: Written,
  used: Uint8Array,
  target: Procedure,
): boolean {
  const inputs = source.inputs.filter(({ value }) => used[value] === 1);
  if (inputs.length !== target.inputs.length || live.length !== target.instructions.length) return false;
  if (!inputs.every(({ name }, index) => target.inputs[index]?.name === name)) return false;
  /** What the other procedure calls each value: both number them in the order in which they come. */
  const numbers = new Int32Array(valueCount).fill(-1);
  let known = 0;
  for (const { value } of inputs) numbers[value] = known++;
  let [section, place] = [0, 0];
  for (let index = 0; index < live.length; index++) {
    const position = live[index] as number;
    const instruction = instructions[position] as Draft;
    while (index >= (target.sections[section]?.end ?? Number.POSITIVE_INFINITY)) section++;
    while (position >= (places[place + 1]?.start ?? Number.POSITIVE_INFINITY)) place++;
    for (const value of instruction.results) numbers[value] = known++;
    if (!samePlace(places[place], target.sections[section])) return false;
    if (!sameInstruction(instruction, target.instructions[index] as Instruction, numbers)) return false;
  }
  return outputs.every(({ name, value }, index) => {
    const other = target.outputs[index];
    return other?.name === name && other.value === numbers[value];
  });
}

function samePlace(place: Place | undefined, section: Section | undefined): boolean {
  return (
    place !== undefined &&
    section?.module === place.fragment.module &&
    section.owner === place.fragment.owner &&
    section.part === place.part
  );
}

function sameInstruction(a: Draft, b: Instruction, numbers: Int32Array): boolean {
  return (
    a.primitive === b.primitive &&
    a.label === b.label &&
    sameList(a.variables, b.variables) &&
    sameValues(a.operands, b.operands, numbers) &&
    sameValues(a.results, b.results, numbers) &&
    sameAttributes(a.attributes, b.attributes)
  );
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

function sameValues(a: readonly ValueNumber[], b: readonly ValueNumber[], numbers: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (numbers[a[index] as ValueNumber] !== b[index]) return false;
  return true;
}

/** All attributes of the first are in the second; the second may say more only where the first is a zero gradient. */
function sameAttributes(a: Attributes, b: Attributes): boolean {
  for (const name in a) if (!sameAttribute(a[name] as AttributeValue, b[name])) return false;
  return true;
}

function sameAttribute(a: AttributeValue, b: AttributeValue | undefined): boolean {
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  if ("batchPower" in a) return "batchPower" in b && a.value === b.value && a.batchPower === b.batchPower;
  if (a === b) return true;
  return !("batchPower" in b) && a.length === b.length && a.every((entry, index) => entry === b[index]);
}
