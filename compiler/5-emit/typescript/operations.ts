/** Grouping a fragment's steps by the operation of the source they come from: `conv[1]` with its reading, `batch_norm[1]`. */
import type { Step } from "./fragments.ts";

/** Steps that one operation of the source became. */
export interface Operation {
  /** `conv[1]`, as written in the source; its variables are `OWNER.LABEL.…`. */
  readonly label: string;
  readonly steps: readonly OperationStep[];
}

export type OperationStep = Extract<Step, { kind: "instruction" | "update" | "contribution" }>;
export type SimpleStep = OperationStep | Extract<Step, { kind: "averaging" }>;

/** Joins what stands together and belongs to one operation, unless it is a single step. */
export function groupOperations(steps: readonly SimpleStep[], owner: string): Step[] {
  const groups: (Step | { kind: "group"; label: string; steps: OperationStep[] })[] = [];
  for (const step of steps) {
    if (step.kind === "averaging") {
      groups.push(step);
      continue;
    }
    const label = labelOf(step, owner);
    const last = groups.at(-1);
    if (last?.kind === "group" && label !== "" && last.label === label) last.steps.push(step);
    else groups.push({ kind: "group", label, steps: [step] });
  }
  return groups.flatMap((group): Step[] => {
    if (group.kind !== "group") return [group];
    const { label, steps: own } = group;
    return own.length === 1 && !isWhole(own[0]) ? own : [{ kind: "operation", operation: { label, steps: own } }];
  });
}

/**
 * Single instructions that are written as operations: going back through a mean takes several steps, which need to know
 * its operand's shape, and what a convolution or a normalization goes back by takes much from the way there.
 */
function isWhole(step: OperationStep | undefined): boolean {
  return step?.kind === "instruction" && whole.has(step.instruction.primitive) && step.instruction.label !== "";
}

const whole: ReadonlySet<string> = new Set([
  "mean",
  "batch_norm_gradient",
  "conv2d_input_gradient",
  "conv2d_kernel_gradient",
]);

/** The label of an instruction; of a reading, an assignment, a sum or an update, what its variable belongs to. */
export function labelOf(step: OperationStep, owner: string): string {
  if (step.kind === "instruction" && step.instruction.label !== "") return step.instruction.label;
  const address = addressOf(step);
  if (address === undefined || !address.startsWith(`${owner}.`)) return "";
  const local = address.slice(owner.length + 1);
  return local.includes(".") ? local.slice(0, local.lastIndexOf(".")) : "";
}

function addressOf(step: OperationStep): string | undefined {
  if (step.kind === "contribution") return step.contribution.weight;
  return step.kind === "update" ? step.update.weight : step.instruction.variables[0];
}
