import { findPrimitive } from "../../runtime/primitives/registry.ts";
import { computeFrees } from "../../runtime/program/liveness.ts";
import type { Instruction, Procedure, Section, ValueNumber } from "../../runtime/program/step-program.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";

/** An instruction of a procedure that is being rewritten; its numbers are not final, and what it frees is not known yet. */
export interface Draft {
  readonly instruction: Omit<Instruction, "free">;
  /** Number of the section it belongs to. */
  readonly section: number;
  /** Where it stood before. */
  readonly position: number;
}

export interface Rewriting {
  readonly procedure: Procedure;
  /** Where each instruction stood before; a repetition stands half a place before the instruction that needs it. */
  readonly positions: readonly number[];
}

/** Drops what nobody reads any more, numbers values by their order of definition, and frees each at its last use. */
export function finish(procedure: Procedure, types: readonly TensorType[], all: readonly Draft[]): Rewriting {
  const drafts = withoutDead(procedure, all);
  const order = [
    ...procedure.inputs.map(({ value }) => value),
    ...drafts.flatMap(({ instruction }) => instruction.results),
  ];
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
