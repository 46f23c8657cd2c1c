import { printWeight } from "../../program/loss-weight.ts";
import type { StepProgram } from "../../program/step-program.ts";

/** How a program differs from the one a run was made with, in a reader's words, the most telling first; at most `limit`. */
export function programDifferences(before: StepProgram, after: StepProgram, limit = 4): readonly string[] {
  const found: string[] = [];
  note(found, "model", before.name, after.name);
  note(found, "input", before.inputShape, after.inputShape);
  note(found, "classes", before.classes, after.classes);
  note(found, "modules", before.modules.length, after.modules.length);
  for (const [key, value] of Object.entries(flatten("train", before.recipe))) {
    note(found, key, value, flatten("train", after.recipe)[key]);
  }
  for (const key of Object.keys(flatten("train", after.recipe))) {
    if (!(key in flatten("train", before.recipe))) note(found, key, undefined, flatten("train", after.recipe)[key]);
  }
  note(found, "losses", before.losses.map(lossText), after.losses.map(lossText));
  if (found.length === 0) note(found, "weights", before.variables.length, after.variables.length);
  if (found.length === 0) found.push("the operations of a step");
  return found.slice(0, limit);
}

function lossText({ name, weight }: StepProgram["losses"][number]): string {
  return weight === 1 ? name : `${printWeight(weight)}·${name}`;
}

function note(found: string[], what: string, before: unknown, after: unknown): void {
  const [left, right] = [print(before), print(after)];
  if (left !== right) found.push(`\`${what}\` was ${left}, is ${right}`);
}

function print(value: unknown): string {
  if (value === undefined) return "absent";
  if (Array.isArray(value)) return `[${value.map(print).join(", ")}]`;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** `{ optimizer: { momentum: 0.9 } }` → `{ "train.optimizer.momentum": 0.9 }`: the paths of `--set`. */
function flatten(path: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { [path]: value };
  return Object.assign({}, ...Object.entries(value).map(([key, entry]) => flatten(`${path}.${key}`, entry)));
}
