/** What makes two programs the same: everything that decides the numbers, and no name that only people read. */
import { createHash } from "node:crypto";
import type { Recipe } from "../../runtime/program/recipe.ts";
import type { Procedure, StepProgram } from "../../runtime/program/step-program.ts";

/**
 * SHA-256 of a program and its recipe, in hexadecimal. The model's name, the titles of heads and the labels of instructions
 * do not count, nor do seed and data, which are a trial's own.
 */
export function programIdentity(program: StepProgram): string {
  return withRecipe(structureIdentity(program), program.recipe);
}

/** The same from its halves: the identity of the structure, and a recipe that leaves the structure as it is. */
export function withRecipe(structure: string, { seed: _seed, data: _data, ...recipe }: Recipe): string {
  return sha256(`${structure} ${canonicalJson(recipe)}`);
}

/** Of everything but the recipe. */
export function structureIdentity({
  recipe: _recipe,
  name: _name,
  procedures,
  modules,
  ...program
}: StepProgram): string {
  const hash = createHash("sha256");
  hash.update(canonicalJson({ ...program, modules: modules.map(({ index, units }) => ({ index, units })) }));
  // `gradients` is `train` without updates.
  for (const { gradients: _gradients, ...kept } of [procedures])
    for (const procedure of Object.values(kept)) hash.update(procedureText(procedure));
  return hash.digest("hex");
}

/** Of what a single training step computes: its instructions at one batch size. */
export function stepIdentity({ procedures }: StepProgram, batch: number): string {
  return sha256(`${sha256(procedureText(procedures.train))} ${batch}`);
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function procedureText({ name, inputs, values, instructions, outputs }: Procedure): string {
  const lines = [name, canonicalJson(inputs), values.map(({ dataType, shape }) => `${dataType}${shape}`).join(" ")];
  for (const { primitive, operands, results, attributes, variables, free } of instructions)
    lines.push(`${results}=${primitive}(${operands})${canonicalJson(attributes)}[${variables}]${free}`);
  lines.push(canonicalJson(outputs));
  return lines.join("\n");
}

/** JSON whose text depends on the value only, not on the order in which properties were written. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${sorted.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(",")}}`;
}
