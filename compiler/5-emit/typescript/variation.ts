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
import { type Fragment, flattenSteps, visitInstructions } from "./fragments.ts";
import { gradientOf, type Output } from "./outputs.ts";
import type { Update } from "./updates.ts";

export interface Variation {
  readonly fragments: readonly Fragment[];
  readonly outputs: ReadonlyMap<Fragment, readonly Output[]>;
}

/** Whether the function, run for the other procedure, builds exactly it. */
export function buildsExactly(variation: Variation, target: Procedure): boolean {
  const written = writeVariation(variation, target.name);
  if (written === undefined || written.outputs.length !== target.outputs.length) return false;
  const used = new Uint8Array(written.valueCount);
  for (const { value } of written.outputs) used[value] = 1;
  const live: Draft[] = [];
  for (let index = written.drafts.length - 1; index >= 0; index--) {
    const draft = written.drafts[index] as Draft;
    const { operands, results } = draft.instruction;
    if (!draft.hasEffect && !results.some((value) => used[value] === 1)) continue;
    for (const operand of operands) used[operand] = 1;
    live.push(draft);
  }
  return isSame(live.reverse(), written, used, target);
}

interface Draft {
  readonly instruction: Pick<Instruction, "primitive" | "operands" | "results" | "attributes" | "variables" | "label">;
  readonly hasEffect: boolean;
  readonly fragment: Fragment;
  readonly part: Section["part"];
}

interface Written {
  readonly source: Procedure;
  readonly drafts: readonly Draft[];
  readonly outputs: readonly { readonly name: string; readonly value: ValueNumber }[];
  /** One more than the largest value. */
  readonly valueCount: number;
}

function writeVariation({ fragments, outputs }: Variation, name: Procedure["name"]): Written | undefined {
  const source = fragments[0]?.procedure;
  if (source === undefined) return undefined;
  const withoutEffects = name === "gradients";
  const drafts: Draft[] = [];
  const given: { name: string; value: ValueNumber }[] = [];
  const gradients: { name: string; value: ValueNumber }[] = [];
  let next = source.values.length;

  for (const fragment of fragments) {
    let part: Section["part"] = "forward";
    const write = (instruction: Instruction): void => {
      const hasEffect = findPrimitive(instruction.primitive)?.hasEffect === true;
      if (!withoutEffects || !hasEffect) drafts.push({ instruction, hasEffect, fragment, part });
    };
    const writeGradient = (update: Update): void => {
      const gradient = gradientOf(update, source);
      gradients.push({ name: update.weight, value: gradient ?? next });
      if (gradient === undefined) {
        drafts.push({ instruction: zeroGradient(next++), hasEffect: false, fragment, part });
      }
    };
    for (const step of flattenSteps(fragment.steps)) {
      if (step.kind === "section") part = step.part;
      else {
        if (step.kind === "update" && withoutEffects) writeGradient(step.update);
        visitInstructions([step], write);
      }
    }
    for (const { kind, name: local, value } of outputs.get(fragment) ?? []) {
      if (kind === "output") return undefined;
      if (name === "predict" && kind === "logits") given.push({ name: local, value });
      if (name === "gradients" && kind === "loss") given.push({ name: `module[${fragment.module}].${local}`, value });
    }
  }
  return { source, drafts, outputs: [...given, ...gradients], valueCount: next };
}

/** What `step.zeroGradient` writes; its shape is the weight's. */
function zeroGradient(value: ValueNumber): Draft["instruction"] {
  const attributes = { value: { value: 0, batchPower: 0 } };
  return { primitive: "fill", operands: [], results: [value], attributes, variables: [], label: "" };
}

function isSame(
  live: readonly Draft[],
  { source, outputs, valueCount }: Written,
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
  let section = 0;
  const sameInstructions = live.every(({ instruction, fragment, part }, index) => {
    const other = target.instructions[index] as Instruction;
    while (index >= (target.sections[section]?.end ?? Number.POSITIVE_INFINITY)) section++;
    const place = target.sections[section];
    for (const value of instruction.results) numbers[value] = known++;
    return (
      place?.module === fragment.module &&
      place.owner === fragment.owner &&
      place.part === part &&
      sameInstruction(instruction, other, numbers)
    );
  });
  return (
    sameInstructions &&
    outputs.every(({ name, value }, index) => {
      const other = target.outputs[index];
      return other?.name === name && other.value === numbers[value];
    })
  );
}

function sameInstruction(a: Draft["instruction"], b: Instruction, numbers: Int32Array): boolean {
  return (
    a.primitive === b.primitive &&
    a.label === b.label &&
    a.variables.length === b.variables.length &&
    a.variables.every((address, index) => address === b.variables[index]) &&
    a.operands.length === b.operands.length &&
    a.operands.every((value, index) => numbers[value] === b.operands[index]) &&
    a.results.every((value, index) => numbers[value] === b.results[index]) &&
    sameAttributes(a.attributes, b.attributes)
  );
}

/** All attributes of the first are in the second; the second may say more only where the first is a zero gradient. */
function sameAttributes(a: Attributes, b: Attributes): boolean {
  for (const name in a) if (!sameAttribute(a[name] as AttributeValue, b[name])) return false;
  return true;
}

function sameAttribute(a: AttributeValue, b: AttributeValue | undefined): boolean {
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  if ("batchPower" in a) return "batchPower" in b && a.value === b.value && a.batchPower === b.batchPower;
  return !("batchPower" in b) && a.length === b.length && a.every((entry, index) => entry === b[index]);
}
