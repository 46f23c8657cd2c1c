/**
 * Computing again instead of keeping (Chen et al., 2016, arXiv 1604.06174; for batch normalisation and activations Bulò et
 * al., 2018, arXiv 1712.02616), as a rewrite of a finished procedure: what is chosen is released after its last forward use
 * and made again right before the first instruction of a backward phase that reads it.
 */
import { findPrimitive } from "../../runtime/primitives/registry.ts";
import { computeFrees } from "../../runtime/program/liveness.ts";
import type { Instruction, Procedure, Section, ValueNumber } from "../../runtime/program/step-program.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { RecomputeChoice } from "./choice.ts";
import { type Lifetimes, measureLifetimes } from "./lifetimes.ts";
import { type Extent, isRepeatable, repetitionOf } from "./repeatable.ts";

/** The same step with less kept between its forward and its backward pass. Effects happen once, as before. */
export function recompute(procedure: Procedure, choice: RecomputeChoice): Procedure {
  return rewrite(procedure, choice, lifetimesOf(procedure)).procedure;
}

export interface Rewriting {
  readonly procedure: Procedure;
  /** Where each instruction stood before; a repetition stands half a place before the instruction that needs it. */
  readonly positions: readonly number[];
}

export function lifetimesOf(procedure: Procedure): Lifetimes {
  return measureLifetimes(procedure, ({ primitive }) => findPrimitive(primitive)?.hasEffect === true);
}

interface Draft {
  readonly instruction: Omit<Instruction, "free">;
  /** Number of the section it belongs to. */
  readonly section: number;
  readonly position: number;
}

export function rewrite(procedure: Procedure, choice: RecomputeChoice, lifetimes: Lifetimes): Rewriting {
  const released = listReleased(procedure, choice, lifetimes);
  const wholeSections = new Set(choice.sections);
  const types: TensorType[] = [...procedure.values];
  const drafts: Draft[] = [];
  /** What has been made again in this backward phase, by the value's number. */
  let again = new Map<ValueNumber, ValueNumber>();
  let phase: number | undefined;

  procedure.instructions.forEach((instruction, index) => {
    if (lifetimes.phaseAt[index] !== phase) again = new Map();
    phase = lifetimes.phaseAt[index];
    const { operands } = instruction;
    const given = phase === undefined ? operands : operands.map((value) => late(value, index));
    write({ ...instruction, operands: given }, index, index);
  });
  return finish(procedure, types, drafts);

  function write(instruction: Draft["instruction"], index: number, position: number): void {
    drafts.push({ instruction, section: lifetimes.sectionAt[index] as number, position });
  }

  /** What a backward instruction reads in place of a value. */
  function late(value: ValueNumber, index: number): ValueNumber {
    if (!isReleased(value) || index <= lastForwardOf(value)) return value;
    return repeat(value, index, homeOf(value));
  }

  function isReleased(value: ValueNumber): boolean {
    return released.has(value);
  }

  function lastForwardOf(value: ValueNumber): number {
    const owner = lifetimes.owners[value];
    return owner?.kind === "value" ? (lifetimes.lastForward[owner.value] as number) : -1;
  }

  function homeOf(value: ValueNumber): number {
    return lifetimes.sectionAt[lifetimes.definedAt[value] as number] as number;
  }

  function repeat(value: ValueNumber, index: number, home: number): ValueNumber {
    const known = again.get(value);
    if (known !== undefined) return known;
    const instruction = procedure.instructions[lifetimes.definedAt[value] as number] as Instruction;
    const { primitive, operands, attributes } = repetitionOf(instruction);
    const given = operands.map((operand) => operandFor(operand, index, home));
    const originals = primitive === instruction.primitive ? instruction.results : [value];
    const results = originals.map((original) => types.push(types[original] as TensorType) - 1);
    originals.forEach((original, position) => {
      // Another result may have been made again by itself before.
      if (!again.has(original)) again.set(original, results[position] as ValueNumber);
    });
    const { variables, label } = instruction;
    write({ primitive, operands: given, results, attributes, variables, label }, index, index - 0.5);
    return again.get(value) as ValueNumber;
  }

  /** An operand of a repetition: made again where it was chosen too, or is gone by now and was a step on the way. */
  function operandFor(value: ValueNumber, index: number, home: number): ValueNumber {
    if (isReleased(value) && index > lastForwardOf(value)) return repeat(value, index, homeOf(value));
    const extent: Extent = wholeSections.has(home) ? "section" : "cheap";
    return isPassedThrough(procedure, lifetimes, value, index, home, extent) ? repeat(value, index, home) : value;
  }
}

/** Whether a repetition makes a value again that was not chosen: big, gone before `index`, from the same section, repeatable. */
export function isPassedThrough(
  procedure: Procedure,
  lifetimes: Lifetimes,
  value: ValueNumber,
  index: number,
  home: number,
  extent: Extent,
): boolean {
  const owner = lifetimes.owners[value];
  const definedAt = lifetimes.definedAt[value] as number;
  if (owner?.kind !== "value" || definedAt < 0 || !growsWithBatch(procedure, value)) return false;
  if ((lifetimes.readAt[owner.value]?.at(-1) ?? -1) >= index) return false;
  if (lifetimes.sectionAt[definedAt] !== home) return false;
  return isRepeatable(procedure.instructions[definedAt] as Instruction, value, extent);
}

/** Tensors without a batch axis are small: what is computed from weights, statistics. They are simply kept. */
export function growsWithBatch({ values }: Procedure, value: ValueNumber): boolean {
  return values[value]?.shape.some((length) => length < 0) === true;
}

/** Every value that is not kept for the backward pass, with all that share its buffer. */
function listReleased(procedure: Procedure, choice: RecomputeChoice, lifetimes: Lifetimes): ReadonlySet<ValueNumber> {
  const released = new Set<ValueNumber>();
  const release = (value: ValueNumber): void => {
    const owner = lifetimes.owners[value];
    if (owner?.kind !== "value") return;
    for (const sharer of lifetimes.sharing[owner.value] ?? []) {
      const definedAt = lifetimes.definedAt[sharer] as number;
      if (definedAt >= 0 && lifetimes.phaseAt[definedAt] === undefined) released.add(sharer);
    }
  };
  choice.values.forEach(release);
  choice.sections.forEach((section) => listInner(procedure, lifetimes, section).forEach(release));
  return released;
}

/** The buffers a forward section makes for itself and its own backward pass, by owning value: no other section reads them forward. */
export function listInner(procedure: Procedure, lifetimes: Lifetimes, section: number): ValueNumber[] {
  const { start, end } = procedure.sections[section] as Section;
  const outputs = new Set(procedure.outputs.map(({ value }) => value));
  return procedure.instructions.slice(start, end).flatMap((instruction) =>
    instruction.results.filter((value) => {
      const owner = lifetimes.owners[value];
      if (owner?.kind !== "value" || owner.value !== value || !growsWithBatch(procedure, value)) return false;
      const sharing = lifetimes.sharing[value] as readonly ValueNumber[];
      if ((lifetimes.lastForward[value] as number) >= end || sharing.some((sharer) => outputs.has(sharer))) return false;
      if ((lifetimes.readAt[value]?.at(-1) ?? -1) < end) return false;
      return isRepeatable(instruction, value, "section");
    }),
  );
}

/** Drops what nobody reads any more, numbers values by their order of definition, and frees each at its last use. */
function finish(procedure: Procedure, types: readonly TensorType[], all: readonly Draft[]): Rewriting {
  const drafts = withoutDead(procedure, all);
  const order = [...procedure.inputs.map(({ value }) => value), ...drafts.flatMap(({ instruction }) => instruction.results)];
  const numbers = new Map(order.map((value, number) => [value, number]));
  const renumber = (value: ValueNumber): ValueNumber => numbers.get(value) as ValueNumber;
  const renumbered = drafts.map(({ instruction }) => ({
    ...instruction,
    operands: instruction.operands.map(renumber),
    results: instruction.results.map(renumber),
  }));
  const outputs = procedure.outputs.map(({ name, value }) => ({ name, value: renumber(value) }));
  const frees = computeFrees(
    renumbered,
    outputs.map(({ value }) => value),
  );
  const rewritten: Procedure = {
    name: procedure.name,
    inputs: procedure.inputs.map((input) => ({ ...input, value: renumber(input.value) })),
    values: order.map((value) => types[value] as TensorType),
    sections: sectionsOf(procedure, drafts),
    instructions: renumbered.map(({ primitive, operands, results, attributes, variables, label }, index) => ({
      primitive,
      operands,
      results,
      attributes,
      variables,
      free: frees[index] ?? [],
      label,
    })),
    outputs,
  };
  return { procedure: rewritten, positions: drafts.map(({ position }) => position) };
}

/** Without forward work that only the backward pass asked for, and that is done there now. */
function withoutDead({ outputs }: Procedure, drafts: readonly Draft[]): Draft[] {
  const used = new Set(outputs.map(({ value }) => value));
  const live: Draft[] = [];
  for (const draft of [...drafts].reverse()) {
    const { primitive, operands, results } = draft.instruction;
    if (findPrimitive(primitive)?.hasEffect !== true && !results.some((value) => used.has(value))) continue;
    for (const operand of operands) used.add(operand);
    live.push(draft);
  }
  return live.reverse();
}

function sectionsOf({ sections }: Procedure, drafts: readonly Draft[]): Section[] {
  const ends = sections.map(() => 0);
  drafts.forEach(({ section }, index) => {
    ends[section] = index + 1;
  });
  let next = 0;
  return sections.flatMap((section, position) => {
    const start = next;
    next = Math.max(next, ends[position] as number);
    return next > start ? [{ ...section, start, end: next }] : [];
  });
}
