/** Grouping a fragment's steps by the operation of the source they come from: `conv[1]` with its reading, `batch_norm[1]`. */
import type { Step } from "./fragments.ts";

/** Steps that one operation of the source became. */
export interface Operation {
  /** `conv[1]`, as written in the source; its variables are `OWNER.LABEL.…`. */
  readonly label: string;
  readonly steps: readonly SimpleStep[];
}

export type SimpleStep = Extract<Step, { kind: "instruction" | "update" | "contribution" }>;

/** Joins what stands together and belongs to one operation, unless it is a single step. */
export function groupOperations(steps: readonly SimpleStep[], owner: string): Step[] {
  const groups: { label: string; steps: SimpleStep[] }[] = [];
  for (const step of steps) {
    const label = labelOf(step, owner);
    const last = groups.at(-1);
    if (last !== undefined && label !== "" && last.label === label) last.steps.push(step);
    else groups.push({ label, steps: [step] });
  }
  return groups.flatMap((group): Step[] =>
    group.steps.length === 1 && !isPooling(group.steps[0]) ? group.steps : [{ kind: "operation", operation: group }],
  );
}

/** Going back through a mean takes several steps, which need to know its operand's shape. */
function isPooling(step: SimpleStep | undefined): boolean {
  return step?.kind === "instruction" && step.instruction.primitive === "mean" && step.instruction.label !== "";
}

/** The label of an instruction; of a reading, an assignment, a sum or an update, what its variable belongs to. */
function labelOf(step: SimpleStep, owner: string): string {
  if (step.kind === "instruction" && step.instruction.label !== "") return step.instruction.label;
  const address = addressOf(step);
  if (address === undefined || !address.startsWith(`${owner}.`)) return "";
  const local = address.slice(owner.length + 1);
  return local.includes(".") ? local.slice(0, local.lastIndexOf(".")) : "";
}

function addressOf(step: SimpleStep): string | undefined {
  if (step.kind === "contribution") return step.contribution.weight;
  return step.kind === "update" ? step.update.weight : step.instruction.variables[0];
}
