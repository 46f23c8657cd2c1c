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
  const grouped: Step[] = [];
  let label = "";
  let group: OperationStep[] = [];
  const close = (): void => {
    const [first] = group;
    if (first !== undefined) {
      const isSingle = group.length === 1 && !isWhole(first);
      grouped.push(isSingle ? first : { kind: "operation", operation: { label, steps: group } });
      group = [];
    }
    label = "";
  };
  for (const step of steps) {
    if (step.kind === "averaging") {
      close();
      grouped.push(step);
    } else if (label !== "" && belongsTo(step, label, owner)) group.push(step);
    else {
      close();
      label = labelOf(step, owner);
      group.push(step);
    }
  }
  close();
  return grouped;
}

/**
 * Single instructions that are written as operations: going back through a mean takes several steps, which need to know
 * its operand's shape, and what a convolution or a normalization goes back by takes much from the way there.
 */
function isWhole(step: OperationStep): boolean {
  return step.kind === "instruction" && whole.has(step.instruction.primitive) && step.instruction.label !== "";
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
  if (address === undefined || !isInside(address, owner)) return "";
  const end = address.lastIndexOf(".");
  return end === owner.length ? "" : address.slice(owner.length + 1, end);
}

/** Whether the step's label is this one, which is not empty. */
function belongsTo(step: OperationStep, label: string, owner: string): boolean {
  if (step.kind === "instruction" && step.instruction.label !== "") return step.instruction.label === label;
  const address = addressOf(step);
  if (address === undefined || !isInside(address, owner)) return false;
  return address.lastIndexOf(".") === owner.length + 1 + label.length && address.startsWith(label, owner.length + 1);
}

function isInside(address: string, owner: string): boolean {
  return address[owner.length] === "." && address.startsWith(owner);
}

function addressOf(step: OperationStep): string | undefined {
  if (step.kind === "contribution") return step.contribution.weight;
  return step.kind === "update" ? step.update.weight : step.instruction.variables[0];
}
