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
  readonly partner?: Fragment;
}

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
    const frame = { index, procedure, module, phase, owner };
    const steps = sections.flatMap((section): Step[] => {
      const simple = listSteps(procedure.instructions.slice(section.start, section.end), section, contributions);
      const parts = groupParts(groupOperations(simple, owner), frame, partner);
      return [{ kind: "section", part: section.part }, ...parts];
    });
    const fragment: Fragment = { ...frame, place: "", steps, ...(partner !== undefined && { partner }) };
    if (phase === "forward") forward.set(owner, fragment);
    return fragment;
  });
}

/** Joins what stands together and belongs to one block inside the owner. */
function groupParts(
  steps: readonly Step[],
  frame: Omit<Fragment, "place" | "steps">,
  partner: Fragment | undefined,
): Step[] {
  const groups: { place: string; steps: Step[] }[] = [];
  for (const step of steps) {
    const place = placeOf(step, frame.owner);
    const last = groups.at(-1);
    if (last !== undefined && place !== "" && last.place === place) last.steps.push(step);
    else groups.push({ place, steps: [step] });
  }
  return groups.flatMap((group): Step[] => {
    if (group.steps.length === 1) return group.steps;
    const forward = partner?.steps.find((step) => step.kind === "part" && step.part.place === group.place);
    const part = { ...frame, ...group, ...(forward?.kind === "part" && { partner: forward.part }) };
    return [{ kind: "part", part }];
  });
}

/** `clone[1]` of `clone[1].conv[2]` */
function placeOf(step: Step, owner: string): string {
  if (step.kind === "section" || step.kind === "part" || step.kind === "averaging") return "";
  const label = step.kind === "operation" ? step.operation.label : labelOf(step, owner);
  return label.slice(0, Math.max(0, label.lastIndexOf(".")));
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
  const isBackward = part === "backward" || part === "update";
  const updates = isBackward ? findUpdates(instructions) : [];
  let next = 0;
  const listUntil = (end: number): void => {
    for (; next < end; next++) {
      const averaging = isBackward ? findAveraging(instructions, next) : undefined;
      if (averaging !== undefined) {
        steps.push({ kind: "averaging", averaging });
        next += averaging.instructions.length - 1;
        continue;
      }
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
    else if (step.kind === "part") visitInstructions(step.part.steps, visit);
    else if (step.kind === "update") for (const instruction of step.update.instructions) visit(instruction);
    else if (step.kind === "averaging") for (const instruction of step.averaging.instructions) visit(instruction);
    else if (step.kind === "contribution" && step.contribution.addition !== undefined)
      visit(step.contribution.addition);
  }
}

/** Sections and single steps, with operations and parts taken apart. */
export function flattenSteps(steps: readonly Step[]): readonly Exclude<Step, { kind: "operation" | "part" }>[] {
  return steps.flatMap((step) => {
    if (step.kind === "part") return flattenSteps(step.part.steps);
    return step.kind === "operation" ? step.operation.steps : [step];
  });
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
