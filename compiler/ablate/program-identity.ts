/** What makes two programs the same: everything that decides the numbers, and no name that only people read. */
import { createHash } from "node:crypto";
import type { Recipe } from "../../runtime/program/recipe.ts";
import type {
  Attributes,
  AttributeValue,
  Procedure,
  StepProgram,
  Variable,
} from "../../runtime/program/step-program.ts";

/** A program's identity without its recipe, and that of a training step. */
export interface StructureIdentity {
  readonly whole: string;
  readonly step: string;
}

/**
 * SHA-256 of a program and its recipe, in hexadecimal. The model's name, the titles of heads and the labels of instructions
 * do not count, nor do seed and data, which are a trial's own.
 */
export function programIdentity(program: StepProgram): string {
  return withRecipe(structureIdentity(program), program.recipe);
}

/** The same from its halves: the identity of the structure, and a recipe that leaves the structure as it is. */
export function withRecipe({ whole }: StructureIdentity, { seed: _seed, data: _data, ...recipe }: Recipe): string {
  return sha256(`${whole} ${canonicalJson(recipe)}`);
}

export function structureIdentity(program: StepProgram): StructureIdentity {
  const { recipe: _recipe, name: _name, procedures, modules, variables, phases = [], ...rest } = program;
  // `gradients` is `train` without updates.
  const { train, evaluate, predict } = procedures;
  const step = [train, ...phases.map((phase) => phase.procedures.train)].map(procedureDigest).join(" ");
  const others = [evaluate, predict, ...phases.map((phase) => phase.procedures.evaluate)].map(procedureDigest);
  const header = canonicalJson({ ...rest, modules: modules.map(({ index, units }) => ({ index, units })) });
  const whole = sha256(`${header} ${variablesText(variables)} ${step} ${others.join(" ")}`);
  return { whole, step: sha256(step) };
}

/** Of what a training step computes at one batch size. */
export function stepIdentity({ step }: StructureIdentity, batch: number): string {
  return sha256(`${step} ${batch}`);
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function variablesText(variables: readonly Variable[]): string {
  let text = "";
  for (const { address, type, role, owner, inference, initializer } of variables) {
    text += `${address} ${type.dataType}${type.shape.join()} ${role} ${owner.kind} ${owner.module} ${owner.name} `;
    text += `${inference} ${canonicalJson(initializer)}\n`;
  }
  return text;
}

/** Programs are long and studies have many: one text, built in one go. */
function procedureDigest({ name, inputs, values, instructions, outputs }: Procedure): string {
  let text = `${name}\n${canonicalJson(inputs)}\n`;
  for (const { dataType, shape } of values) text += `${dataType}${shape.join()} `;
  for (const { primitive, operands, results, attributes, variables, free } of instructions) {
    text += `\n${results.join()}=${primitive}(${operands.join()})${attributesText(attributes)}[${variables.join()}]`;
    text += free.join();
  }
  return sha256(`${text}\n${canonicalJson(outputs)}`);
}

function attributesText(attributes: Attributes): string {
  const names = Object.keys(attributes);
  if (names.length > 1) names.sort();
  let text = "";
  for (const name of names) text += `${name}:${attributeText(attributes[name] as AttributeValue)};`;
  return text;
}

function attributeText(value: AttributeValue): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) ? `[${value.join()}]` : canonicalJson(value);
}

/** JSON whose text depends on the value only, not on the order in which properties were written. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${sorted.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(",")}}`;
}
