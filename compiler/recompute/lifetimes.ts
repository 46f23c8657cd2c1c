/** When the values of a procedure are made and read, seen as forward work and the backward phases that follow it. */
import { type BufferOwner, bufferOwners } from "../../runtime/program/liveness.ts";
import type { Instruction, Procedure, Section, ValueNumber } from "../../runtime/program/step-program.ts";

export interface Lifetimes {
  /** Position of the instruction that makes a value; −1 for inputs. */
  readonly definedAt: readonly number[];
  /** Position of the section an instruction belongs to. */
  readonly sectionAt: readonly number[];
  /** Number of the backward phase an instruction belongs to: a run of sections without forward work. Undefined: forward. */
  readonly phaseAt: readonly (number | undefined)[];
  readonly owners: readonly BufferOwner[];
  /** Where a buffer is read, through all values that share it, ascending; by the number of the owning value. */
  readonly readAt: readonly (readonly number[])[];
  /** The values that share a buffer, by the number of the owning value. */
  readonly sharing: readonly (readonly ValueNumber[])[];
  /** The last time forward work makes or reads a buffer, by the number of the owning value; −1 where it never does. */
  readonly lastForward: readonly number[];
  /** Where each variable changes, ascending. */
  readonly changedAt: ReadonlyMap<string, readonly number[]>;
}

export function measureLifetimes(procedure: Procedure, isChange: (instruction: Instruction) => boolean): Lifetimes {
  const { instructions, sections, values } = procedure;
  const owners = bufferOwners(procedure);
  const definedAt = values.map(() => -1);
  const readAt = values.map((): number[] => []);
  const sharing = values.map((): ValueNumber[] => []);
  const lastForward = values.map(() => -1);
  const changedAt = new Map<string, number[]>();
  const { sectionAt, phaseAt } = placeInstructions(sections);
  owners.forEach((owner, value) => {
    if (owner.kind === "value") sharing[owner.value]?.push(value);
  });
  const ownerOf = (value: ValueNumber): ValueNumber | undefined => {
    const owner = owners[value];
    return owner?.kind === "value" ? owner.value : undefined;
  };

  instructions.forEach((instruction, index) => {
    for (const value of instruction.results) definedAt[value] = index;
    for (const owner of new Set(instruction.operands.map(ownerOf))) if (owner !== undefined) readAt[owner]?.push(index);
    if (phaseAt[index] === undefined) {
      for (const value of [...instruction.operands, ...instruction.results]) {
        const owner = ownerOf(value);
        if (owner !== undefined) lastForward[owner] = index;
      }
    }
    if (!isChange(instruction)) return;
    for (const address of instruction.variables) changedAt.set(address, [...(changedAt.get(address) ?? []), index]);
  });
  return { definedAt, sectionAt, phaseAt, owners, readAt, sharing, lastForward, changedAt };
}

export function isForward({ part }: Section): boolean {
  return part === "prologue" || part === "forward" || part === "head";
}

function placeInstructions(sections: readonly Section[]) {
  const sectionAt: number[] = [];
  const phaseAt: (number | undefined)[] = [];
  let phase = 0;
  sections.forEach((section, position) => {
    const before = sections[position - 1];
    if (!isForward(section) && (before === undefined || isForward(before))) phase++;
    for (let index = section.start; index < section.end; index++) {
      sectionAt.push(position);
      phaseAt.push(isForward(section) ? undefined : phase);
    }
  });
  return { sectionAt, phaseAt };
}
