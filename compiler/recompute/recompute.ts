/**
 * Computing again instead of keeping (Chen et al., 2016, arXiv 1604.06174; for batch normalisation and activations Bulò et
 * al., 2018, arXiv 1712.02616), as a rewrite of a finished procedure: what is chosen is released after its last forward use
 * and made again right before the first instruction of a backward phase that reads it.
 */
import { findPrimitive } from "../../runtime/primitives/registry.ts";
import type { Instruction, Procedure, ValueNumber } from "../../runtime/program/step-program.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { RecomputeChoice } from "./choice.ts";
import { type Draft, finish, type Rewriting } from "./finish.ts";
import { type Lifetimes, measureLifetimes } from "./lifetimes.ts";
import { isPassedThrough, listReleased } from "./released.ts";
import { type Extent, repetitionOf } from "./repeatable.ts";

/** The same step with less kept between its forward and its backward pass. Effects happen once, as before. */
export function recompute(procedure: Procedure, choice: RecomputeChoice): Procedure {
  return rewrite(procedure, choice, lifetimesOf(procedure)).procedure;
}

export function lifetimesOf(procedure: Procedure): Lifetimes {
  return measureLifetimes(procedure, ({ primitive }) => findPrimitive(primitive)?.hasEffect === true);
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
