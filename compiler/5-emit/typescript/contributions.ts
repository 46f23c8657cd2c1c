/**
 * Gradients that several backward passes give parts of: each pass adds its part to what the passes before it gave, and the
 * last one moves the weight. Written out, such a sum would travel through every function from one pass to the next.
 */
import type { Instruction, Procedure, ValueNumber } from "../../../runtime/program/step-program.ts";
import { findUpdates, gradientOf } from "./updates.ts";

/** What one pass gives to the gradient of a weight. */
export interface Contribution {
  readonly weight: string;
  readonly gradient: ValueNumber;
  /** The addition to what came before; the first part has none. */
  readonly addition?: Instruction;
}

export interface Contributions {
  /** First parts, by the instruction behind which they are said. */
  readonly first: ReadonlyMap<Instruction, readonly Contribution[]>;
  readonly later: ReadonlyMap<Instruction, Contribution>;
}

export function findContributions(procedure: Procedure): Contributions {
  const first = new Map<Instruction, Contribution[]>();
  const later = new Map<Instruction, Contribution>();
  const additions = listAdditions(procedure);
  if (additions.size === 0) return { first, later };
  const places = listPlaces(procedure);
  for (const [weight, gradient] of listUpdated(procedure)) {
    const chain: Instruction[] = [];
    let start = gradient;
    for (let next = additions.get(start); next !== undefined; next = additions.get(start)) {
      chain.unshift(next);
      start = next.operands[0] as ValueNumber;
    }
    const place = places.get(start);
    if (chain.length === 0 || place === undefined || chain.some((addition) => later.has(addition))) continue;
    for (const addition of chain) {
      later.set(addition, { weight, gradient: addition.operands[1] as ValueNumber, addition });
    }
    const behind = procedure.instructions[placeFirst(chain, place)] as Instruction;
    first.set(behind, [...(first.get(behind) ?? []), { weight, gradient: start }]);
  }
  return { first, later };

  /** Where a later part stands, so that one function can say both: behind as many of its operation's instructions. */
  function placeFirst(chain: readonly Instruction[], place: number): number {
    const { instructions } = procedure;
    const between = chain.map((addition) => {
      const from = places.get(addition.operands[1] as ValueNumber) ?? Number.POSITIVE_INFINITY;
      const passed = instructions.slice(from + 1, places.get(addition.results[0] as ValueNumber));
      return passed.filter(({ label }) => label !== "" && label === instructions[from]?.label);
    });
    const longest = between.reduce((a, b) => (b.length > a.length ? b : a));
    let end = place;
    for (const { primitive, label } of longest) {
      const next = instructions[end + 1];
      if (next?.primitive === primitive && next.label === label) end++;
    }
    return end;
  }
}

/** Additions that no operation of the source became, by their results. */
function listAdditions({ sections, instructions }: Procedure): Map<ValueNumber, Instruction> {
  const additions = new Map<ValueNumber, Instruction>();
  for (const { part, start, end } of sections) {
    if (part !== "backward") continue;
    for (let index = start; index < end; index++) {
      const instruction = instructions[index] as Instruction;
      if (instruction.primitive === "add" && instruction.label === "") {
        additions.set(instruction.results[0] as ValueNumber, instruction);
      }
    }
  }
  return additions;
}

/** Where backward passes compute each value. */
function listPlaces({ sections, instructions }: Procedure): Map<ValueNumber, number> {
  const places = new Map<ValueNumber, number>();
  for (const { part, start, end } of sections) {
    if (part !== "backward") continue;
    for (let index = start; index < end; index++) {
      for (const value of (instructions[index] as Instruction).results) places.set(value, index);
    }
  }
  return places;
}

/** Weights that are updated once, with their gradients. */
function listUpdated(procedure: Procedure): Map<string, ValueNumber> {
  const updated = new Map<string, ValueNumber>();
  const several = new Set<string>();
  for (const { start, end } of procedure.sections) {
    for (const update of findUpdates(procedure.instructions, start, end)) {
      const gradient = gradientOf(update, procedure);
      if (updated.has(update.weight)) several.add(update.weight);
      if (gradient !== undefined) updated.set(update.weight, gradient);
    }
  }
  for (const weight of several) updated.delete(weight);
  return updated;
}

/** Stands for the sum where there is none yet: functions for a first part and for a later one number their values alike. */
export const noSum: ValueNumber = -1;

export function sumOf({ addition }: Contribution): ValueNumber {
  return addition?.results[0] ?? noSum;
}

/**
 * What a backward pass does for the weights it goes through: moves them, gives a part of their gradients, or moves them as the
 * last of several passes; nothing where it has no weight, or none that is trained.
 */
export type Moving = "moves" | "part" | "last" | "nothing";

export function movingOf(steps: readonly { readonly kind: string }[]): Moving {
  const isMoved = steps.some(({ kind }) => kind === "update");
  const isSummed = steps.some(({ kind }) => kind === "contribution");
  if (isSummed) return isMoved ? "last" : "part";
  return isMoved ? "moves" : "nothing";
}

/** At the end of a function's name. */
export const movingSuffix: Readonly<Record<Moving, string>> = { moves: "", part: "Part", last: "Last", nothing: "" };
