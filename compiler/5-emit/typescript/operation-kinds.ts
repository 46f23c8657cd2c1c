/** What sets the functions of one operation apart from each other, in their names and in words. */
import type { ValueNumber } from "../../../runtime/program/step-program.ts";
import { type Moving, movingOf, movingSuffix } from "./contributions.ts";
import { type OperationInstance, operationName } from "./operation-templates.ts";

/** Of a backward pass: the gradient of what else its input is used for, which it adds to its own. */
export function findAdded({ operation, imports, fragment }: OperationInstance): ValueNumber | undefined {
  const last = operation.steps.findLast(({ kind }) => kind === "instruction");
  if (fragment.phase === "forward" || last?.kind !== "instruction" || last.instruction.primitive !== "add")
    return undefined;
  return last.instruction.operands.find((value) => imports.includes(value));
}

/** Whether a pass goes through weights that nothing trains, or that are trained elsewhere. */
function isFixed({ operation, partner }: OperationInstance): boolean {
  const reads = partner?.operation.steps.some(
    (step) => step.kind === "instruction" && step.instruction.primitive === "read",
  );
  return movingOf(operation.steps) === "nothing" && reads === true;
}

/** Whether no gradient reaches the operation, and its weights move all the same. */
function isUpdate({ operation }: OperationInstance): boolean {
  return operation.steps.every(({ kind }) => kind === "update");
}

/** `Backward`, `BackwardAdding` to another gradient, `BackwardPart`, `BackwardToStop` */
export function backwardSuffix(instance: OperationInstance, stops: boolean): string {
  if (isUpdate(instance)) return "Update";
  const adds = findAdded(instance) === undefined || stops ? "" : "Adding";
  const moving = isFixed(instance) ? "Fixed" : movingSuffix[movingOf(instance.operation.steps)];
  return `Backward${adds}${moving}${stops ? "ToStop" : ""}`;
}

export function describeOperation(instance: OperationInstance): string {
  const name = operationName(instance.operation.label);
  if (instance.fragment.phase === "forward") return `\`${name}\` as written in the source.`;
  if (isUpdate(instance)) return `Moves \`${name}\` where no gradient reaches it.`;
  const words = isFixed(instance) ? ", whose weights are not trained" : movingWords[movingOf(instance.operation.steps)];
  const added = findAdded(instance) === undefined ? "" : " Its input is used elsewhere too: that gradient is added.";
  return `Back through \`${name}\`${words}.${added}`;
}

const movingWords: Readonly<Record<Moving, string>> = {
  moves: "",
  part: ", for a part of its gradients: other passes give the rest",
  last: ", the last of several passes, which moves its weights",
  nothing: "",
};
