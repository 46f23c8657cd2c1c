/** What could be computed again, what that would save, and what it would cost. */
import type { Instruction, Procedure, Section, ValueNumber } from "../../runtime/program/step-program.ts";
import { bytesAt, type TensorType } from "../../runtime/program/tensor-type.ts";
import { isForward, type Lifetimes } from "./lifetimes.ts";
import { growsWithBatch, isPassedThrough, listInner } from "./released.ts";
import { costOf, type Extent, isRepeatable, repetitionOf } from "./repeatable.ts";

/**
 * `chain`: from one kept tensor through cheap instructions, as batch normalisation and ReLU from a convolution's output.
 * `join`: from several, as a residual sum. `section`: all of a unit or head, from what it was given.
 */
export type CandidateKind = "chain" | "join" | "section";

export interface Candidate {
  readonly kind: CandidateKind;
  /** The value to release, or the number of the section. */
  readonly number: number;
  readonly buffers: readonly Buffer[];
  /** Bytes of tensors that would be kept longer for it. */
  readonly extraBytes: number;
  /** Owning values of other sections that it is made from again: they must stay. */
  readonly needs: readonly ValueNumber[];
  /** In multiply-adds; see `costOf`. */
  readonly cost: number;
}

/** A tensor that would be released, and when it would be gone. */
export interface Buffer {
  readonly value: ValueNumber;
  readonly bytes: number;
  /** Positions between which it would not be there, exclusive. */
  readonly gaps: readonly (readonly [number, number])[];
}

/** Candidates in order of the forward pass. Those that would save less than `leastBytes` are left out. */
export function listCandidates(
  procedure: Procedure,
  lifetimes: Lifetimes,
  batch: number,
  leastBytes: number,
): Candidate[] {
  const candidates: Candidate[] = [];
  const cheap = new Set<ValueNumber>();
  procedure.sections.forEach((section, number) => {
    if (!isForward(section)) return;
    for (let index = section.start; index < section.end; index++) {
      const instruction = procedure.instructions[index] as Instruction;
      for (const value of instruction.results) {
        if (!isRepeatable(instruction, value, "cheap")) continue;
        const candidate = inspect({ kind: "chain", number: value }, [value], number, "cheap");
        if (candidate === undefined) continue;
        cheap.add(value);
        candidates.push(candidate);
      }
    }
    const inner = listInner(procedure, lifetimes, number);
    const whole = inner.length > 0 ? inspect({ kind: "section", number }, inner, number, "section") : undefined;
    if (whole !== undefined) candidates.push(whole);
  });
  return candidates;

  function inspect(
    what: Pick<Candidate, "kind" | "number">,
    values: readonly ValueNumber[],
    home: number,
    extent: Extent,
  ): Candidate | undefined {
    const buffers: Buffer[] = [];
    for (const value of values) {
      const buffer = bufferOf(value, home);
      if (buffer !== undefined) buffers.push(buffer);
      // A section is repeated as a whole or not at all.
      else return undefined;
    }
    const from = Math.min(...buffers.map(({ gaps }) => gaps[0]?.[1] ?? 0));
    const again = new Set(values);
    if (extent === "cheap") for (const value of cheap) again.add(value);
    const closure = findClosure(buffers, from, home, extent, again);
    if (closure === undefined) return undefined;
    const extraBytes = total([...closure.extended].map(bytes));
    const saved = total(buffers.map((buffer) => buffer.bytes)) - extraBytes;
    if (saved < leastBytes || saved <= 0) return undefined;
    const kind = what.kind === "chain" && closure.roots.size > 1 ? "join" : what.kind;
    const needs = [...closure.roots].filter(
      (root) => lifetimes.sectionAt[lifetimes.definedAt[root] as number] !== home,
    );
    const instructions = [...closure.instructions].map((index) => procedure.instructions[index] as Instruction);
    const cost = total(instructions.map((instruction) => costOf(instruction, procedure, batch)));
    return { ...what, kind, buffers, extraBytes, needs, cost };
  }

  /** The buffer of a value that forward work is done with before a backward pass reads it, all of its own section's loss. */
  function bufferOf(value: ValueNumber, home: number): Buffer | undefined {
    const owner = lifetimes.owners[value];
    if (owner?.kind !== "value" || owner.value !== value || !growsWithBatch(procedure, value)) return undefined;
    const sharing = lifetimes.sharing[value] as readonly ValueNumber[];
    if (procedure.outputs.some((output) => sharing.includes(output.value))) return undefined;
    const lastForward = lifetimes.lastForward[value] as number;
    const late = (lifetimes.readAt[value] as readonly number[]).filter((index) => index > lastForward);
    if (late.length === 0 || !late.every((index) => mayReach(index, home))) return undefined;
    const gaps: [number, number][] = [];
    let before = lastForward;
    for (const index of late) {
      if (gaps.length === 0 || lifetimes.phaseAt[index] !== lifetimes.phaseAt[before]) gaps.push([before, index]);
      before = index;
    }
    return { value, bytes: bytes(value), gaps };
  }

  /** A backward pass may look into its own module, and into units of others that it goes through. */
  function mayReach(index: number, home: number): boolean {
    const backward = procedure.sections[lifetimes.sectionAt[index] as number] as Section;
    const { module, owner } = procedure.sections[home] as Section;
    if (backward.module === module) return true;
    return procedure.sections.some(
      (section) => !isForward(section) && section.module === backward.module && section.owner === owner,
    );
  }

  /** What is repeated to make buffers again, and from what; undefined where a variable it reads has changed by then. */
  function findClosure(
    buffers: readonly Buffer[],
    from: number,
    home: number,
    extent: Extent,
    again: ReadonlySet<ValueNumber>,
  ) {
    const instructions = new Set<number>();
    const roots = new Set<ValueNumber>();
    const extended = new Set<ValueNumber>();
    for (const { value, gaps } of buffers) {
      const latest = gaps.at(-1)?.[1] as number;
      const isSafe = follow(value, new Set(), (operand) => {
        const owner = lifetimes.owners[operand];
        const definedAt = lifetimes.definedAt[operand] as number;
        if (owner?.kind === "variable") return !hasChanged(owner.address, definedAt, latest) && "small";
        if (owner?.kind !== "value" || !growsWithBatch(procedure, operand)) return "small";
        const isChosen = definedAt >= 0 && lifetimes.sectionAt[definedAt] === home && again.has(owner.value);
        if (isChosen || isPassedThrough(procedure, lifetimes, operand, from, home, extent)) return "repeated";
        roots.add(owner.value);
        if ((lifetimes.readAt[owner.value]?.at(-1) ?? -1) < from) extended.add(owner.value);
        return "root";
      });
      if (!isSafe) return undefined;
    }
    return { instructions, roots, extended };

    function follow(
      value: ValueNumber,
      seen: Set<ValueNumber>,
      judge: (operand: ValueNumber) => "small" | "repeated" | "root" | false,
    ): boolean {
      if (seen.has(value)) return true;
      seen.add(value);
      const index = lifetimes.definedAt[value] as number;
      instructions.add(index);
      return repetitionOf(procedure.instructions[index] as Instruction).operands.every((operand) => {
        const found = judge(operand);
        return found === "repeated" ? follow(operand, seen, judge) : found !== false;
      });
    }
  }

  function hasChanged(address: string, after: number, before: number): boolean {
    return (lifetimes.changedAt.get(address) ?? []).some((change) => change > after && change < before);
  }

  function bytes(value: ValueNumber): number {
    return bytesAt(procedure.values[value] as TensorType, batch);
  }
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, next) => sum + next, 0);
}
