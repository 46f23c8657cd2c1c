/** A procedure cut into fragments: what one unit or head does in one go, forward or backward. */
import type { Instruction, Procedure, Section, ValueNumber } from "../../../runtime/program/step-program.ts";
import { type Averaging, findAveraging } from "./averages.ts";
import { type Contribution, type Contributions, findContributions } from "./contributions.ts";
import { groupOperations, labelOf, type Operation, type SimpleStep } from "./operations.ts";
import { findUpdates, type Update } from "./updates.ts";

export interface Fragment {
  /** Position in its procedure. */
  readonly index: number;
  readonly procedure: Procedure;
  readonly module: number;
  readonly phase: "forward" | "backward";
  /** `stage[1].block[2]` or `head[1]` */
  readonly owner: string;
  /** Of a part, a block written or copied into the owner: its place there, `clone[1]`. Empty for a whole unit or head. */
  readonly place: string;
  readonly steps: readonly Step[];
  /** The forward fragment of the same owner that a backward fragment goes back through, in whichever module it stands. */
  readonly partner: Fragment | undefined;
}

type Frame = Omit<Fragment, "place" | "steps" | "partner">;

/** One thing a fragment does, in order. */
export type Step =
  | { readonly kind: "section"; readonly part: Section["part"] }
  | { readonly kind: "instruction"; readonly instruction: Instruction }
  | { readonly kind: "update"; readonly update: Update }
  | { readonly kind: "contribution"; readonly contribution: Contribution }
  | { readonly kind: "averaging"; readonly averaging: Averaging }
  | { readonly kind: "operation"; readonly operation: Operation }
  | { readonly kind: "part"; readonly part: Fragment };

export function cutIntoFragments(procedure: Procedure): Fragment[] {
  const groups: Section[][] = [];
  for (const section of procedure.sections) {
    const last = groups.at(-1)?.[0];
    if (last?.module === section.module && last.owner === section.owner && phaseOf(last) === phaseOf(section)) {
      groups.at(-1)?.push(section);
    } else groups.push([section]);
  }
  const forward = new Map<string, Fragment>();
  const contributions = findContributions(procedure);
  return groups.map((sections, index) => {
    const { module, owner } = sections[0] as Section;
    const phase = phaseOf(sections[0] as Section);
    const partner = phase === "backward" ? forward.get(owner) : undefined;
    const frame: Frame = { index, procedure, module, phase, owner };
    const steps: Step[] = [];
    for (const section of sections) {
      const simple = listSteps(procedure.instructions, section, contributions);
      steps.push({ kind: "section", part: section.part });
      for (const step of groupParts(groupOperations(simple, owner), frame, partner)) steps.push(step);
    }
    const fragment: Fragment = { index, procedure, module, phase, owner, place: "", steps, partner };
    if (phase === "forward") forward.set(owner, fragment);
    return fragment;
  });
}

/** Joins what stands together and belongs to one block inside the owner. */
function groupParts(steps: readonly Step[], frame: Frame, partner: Fragment | undefined): readonly Step[] {
  if (!steps.some((step) => placeOf(step, frame.owner) !== "")) return steps;
  const places = steps.map((step) => placeOf(step, frame.owner));
  const grouped: Step[] = [];
  for (let start = 0; start < steps.length; ) {
    const place = places[start] as string;
    let end = start + 1;
    if (place !== "") while (places[end] === place) end++;
    if (end === start + 1) grouped.push(steps[start] as Step);
    else {
      const forward = partner?.steps.find((step) => step.kind === "part" && step.part.place === place);
      const ownPartner = forward?.kind === "part" ? forward.part : undefined;
      const part: Fragment = { ...frame, place, steps: steps.slice(start, end), partner: ownPartner };
      grouped.push({ kind: "part", part });
    }
    start = end;
  }
  return grouped;
}

/** `clone[1]` of `clone[1].conv[2]` */
function placeOf(step: Step, owner: string): string {
  if (step.kind === "section" || step.kind === "part" || step.kind === "averaging") return "";
  const label = step.kind === "operation" ? step.operation.label : labelOf(step, owner);
  const end = label.lastIndexOf(".");
  return end === -1 ? "" : label.slice(0, end);
}

function phaseOf({ part }: Section): Fragment["phase"] {
  return part === "backward" || part === "update" ? "backward" : "forward";
}

function listSteps(instructions: readonly Instruction[], section: Section, contributions: Contributions): SimpleStep[] {
  const steps: SimpleStep[] = [];
  const isBackward = phaseOf(section) === "backward";
  let next = section.start;
  const listUntil = (end: number): void => {
    while (next < end) {
      const instruction = instructions[next] as Instruction;
      const averaging = isBackward ? findAveraging(instructions, next, end) : undefined;
      if (averaging === undefined) {
        pushInstruction(instruction, contributions, steps);
        next++;
      } else {
        steps.push({ kind: "averaging", averaging });
        next += averaging.instructions.length;
      }
    }
  };
  for (const update of isBackward ? findUpdates(instructions, section.start, section.end) : []) {
    listUntil(update.start);
    steps.push({ kind: "update", update });
    next = update.end;
  }
  listUntil(section.end);
  return steps;
}

function pushInstruction(instruction: Instruction, { first, later }: Contributions, steps: SimpleStep[]): void {
  const contribution = later.size === 0 ? undefined : later.get(instruction);
  steps.push(
    contribution === undefined ? { kind: "instruction", instruction } : { kind: "contribution", contribution },
  );
  if (first.size === 0) return;
  for (const begun of first.get(instruction) ?? []) steps.push({ kind: "contribution", contribution: begun });
}

/** Calls `visit` for every instruction of the steps, in order. */
export function visitInstructions(steps: readonly Step[], visit: (instruction: Instruction) => void): void {
  for (const step of steps) {
    if (step.kind === "instruction") visit(step.instruction);
    else if (step.kind === "operation") visitInstructions(step.operation.steps, visit);
    else if (step.kind === "part") visitInstructions(step.part.steps, visit);
    else if (step.kind === "update") for (const instruction of step.update.instructions) visit(instruction);
    else if (step.kind === "averaging") for (const instruction of step.averaging.instructions) visit(instruction);
    else if (step.kind === "contribution" && step.contribution.addition !== undefined)
      visit(step.contribution.addition);
  }
}

export type SingleStep = Exclude<Step, { kind: "operation" | "part" }>;

/** Calls `visit` for sections and single steps, operations and parts taken apart. */
export function visitSteps(steps: readonly Step[], visit: (step: SingleStep) => void): void {
  for (const step of steps) {
    if (step.kind === "part") visitSteps(step.part.steps, visit);
    else if (step.kind === "operation") for (const own of step.operation.steps) visit(own);
    else visit(step);
  }
}

export function flattenSteps(steps: readonly Step[]): readonly SingleStep[] {
  const flat: SingleStep[] = [];
  visitSteps(steps, (step) => flat.push(step));
  return flat;
}

export function stepInstructions(step: Step): readonly Instruction[] {
  const instructions: Instruction[] = [];
  visitInstructions([step], (instruction) => instructions.push(instruction));
  return instructions;
}

export function definedValues({ steps }: Fragment): ValueNumber[] {
  const values: ValueNumber[] = [];
  visitInstructions(steps, ({ results }) => {
    for (const value of results) values.push(value);
  });
  return values;
}
