/** A procedure cut into fragments: what one unit or head does in one go, forward or backward. */
import type { Instruction, Procedure, Section, ValueNumber } from "../../../runtime/program/step-program.ts";
import { type Contribution, type Contributions, findContributions } from "./contributions.ts";
import { groupOperations, type Operation, type SimpleStep } from "./operations.ts";
import { findUpdates, type Update } from "./updates.ts";

export interface Fragment {
  /** Position in its procedure. */
  readonly index: number;
  readonly procedure: Procedure;
  readonly module: number;
  readonly phase: "forward" | "backward";
  /** `stage[1].block[2]` or `head[1]` */
  readonly owner: string;
  readonly steps: readonly Step[];
  /** The forward fragment of the same owner that a backward fragment goes back through, in whichever module it stands. */
  readonly partner?: Fragment;
}

/** One thing a fragment does, in order. */
export type Step =
  | { readonly kind: "section"; readonly part: Section["part"] }
  | { readonly kind: "instruction"; readonly instruction: Instruction }
  | { readonly kind: "update"; readonly update: Update }
  | { readonly kind: "contribution"; readonly contribution: Contribution }
  | { readonly kind: "operation"; readonly operation: Operation };

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
    const steps = sections.flatMap((section): Step[] => {
      const simple = listSteps(procedure.instructions.slice(section.start, section.end), section, contributions);
      return [{ kind: "section", part: section.part }, ...groupOperations(simple, owner)];
    });
    const partner = forward.get(owner);
    const fragment: Fragment = {
      ...{ index, procedure, module, phase, owner, steps },
      ...(phase === "backward" && partner !== undefined && { partner }),
    };
    if (phase === "forward") forward.set(owner, fragment);
    return fragment;
  });
}

function phaseOf({ part }: Section): Fragment["phase"] {
  return part === "backward" || part === "update" ? "backward" : "forward";
}

function listSteps(
  instructions: readonly Instruction[],
  { part }: Section,
  { first, later }: Contributions,
): SimpleStep[] {
  const steps: SimpleStep[] = [];
  const updates = part === "backward" || part === "update" ? findUpdates(instructions) : [];
  let next = 0;
  const listUntil = (end: number): void => {
    for (; next < end; next++) {
      const instruction = instructions[next] as Instruction;
      const contribution = later.get(instruction);
      steps.push(
        contribution === undefined ? { kind: "instruction", instruction } : { kind: "contribution", contribution },
      );
      for (const begun of first.get(instruction) ?? []) steps.push({ kind: "contribution", contribution: begun });
    }
  };
  for (const update of updates) {
    listUntil(update.start);
    steps.push({ kind: "update", update });
    next = update.end;
  }
  listUntil(instructions.length);
  return steps;
}

/** Calls `visit` for every instruction of the steps, in order. */
export function visitInstructions(steps: readonly Step[], visit: (instruction: Instruction) => void): void {
  for (const step of steps) {
    if (step.kind === "instruction") visit(step.instruction);
    else if (step.kind === "operation") visitInstructions(step.operation.steps, visit);
    else if (step.kind === "update") for (const instruction of step.update.instructions) visit(instruction);
    else if (step.kind === "contribution" && step.contribution.addition !== undefined)
      visit(step.contribution.addition);
  }
}

/** The steps of a fragment with operations taken apart. */
export function simpleSteps(steps: readonly Step[]): readonly SimpleStep[] {
  return steps.flatMap((step) => {
    if (step.kind === "section") return [];
    return step.kind === "operation" ? step.operation.steps : [step];
  });
}

export function stepInstructions(step: Step): readonly Instruction[] {
  if (step.kind === "section") return [];
  if (step.kind === "operation") return step.operation.steps.flatMap(stepInstructions);
  if (step.kind === "contribution") return step.contribution.addition === undefined ? [] : [step.contribution.addition];
  return step.kind === "instruction" ? [step.instruction] : step.update.instructions;
}

export function definedValues({ steps }: Fragment): ValueNumber[] {
  const values: ValueNumber[] = [];
  visitInstructions(steps, ({ results }) => {
    for (const value of results) values.push(value);
  });
  return values;
}
