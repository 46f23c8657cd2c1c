/** What makes two programs the same: everything that decides the numbers, and no name that only people read. */
import { createHash } from "node:crypto";
import type { Recipe } from "../../runtime/program/recipe.ts";
import type { Variable } from "../../runtime/program/step-program.ts";
import type { LoweredProgram } from "../4-lower/index.ts";
import { canonicalJson } from "./canonical-json.ts";
import { procedureDigest } from "./program-digest.ts";

/** A program's identity without its recipe, and that of a training step. */
export interface StructureIdentity {
  readonly whole: string;
  readonly step: string;
}

/**
 * SHA-256 of a program and its recipe, in hexadecimal. The model's name, the titles of heads and the labels of instructions
 * do not count, nor do seed and data, which are a trial's own.
 */
export function programIdentity(program: LoweredProgram): string {
  return withRecipe(structureIdentity(program), program.recipe);
}

/** The same from its halves: the identity of the structure, and a recipe that leaves the structure as it is. */
export function withRecipe({ whole }: StructureIdentity, { seed: _seed, data: _data, ...recipe }: Recipe): string {
  return sha256(`${whole} ${canonicalJson(recipe)}`);
}

export function structureIdentity(program: LoweredProgram): StructureIdentity {
  const { recipe: _recipe, name: _name, procedures, modules, variables, phases = [], ...rest } = program;
  // `gradients` is `train` without updates.
  const { train, evaluate, predict } = procedures;
  const step = [train, ...phases.map((phase) => phase.procedures.train)].map(procedureDigest).join(" ");
  const others = [evaluate, predict, ...phases.map((phase) => phase.procedures.evaluate)].map(procedureDigest);
  const header = canonicalJson({ ...rest, modules: modules.map(({ index, units }) => ({ index, units })) });
  const types = variables.map(({ address, type }) => `${address} ${type.dataType}${type.shape.join()}`);
  const whole = sha256(`${header} ${variablesText(variables, types)} ${step} ${others.join(" ")}`);
  return { whole, step: sha256(`${types.join("\n")} ${step}`) };
}

/** Of what a training step computes at one batch size. */
export function stepIdentity({ step }: StructureIdentity, batch: number): string {
  return sha256(`${step} ${batch}`);
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function variablesText(variables: readonly Variable[], types: readonly string[]): string {
  let text = "";
  const initializers = createInitializerTexts();
  for (const [index, { role, owner, inference, initializer }] of variables.entries()) {
    text += `${types[index]} ${role} ${owner.kind} ${owner.module} ${owner.name} `;
    text += `${inference} ${initializers(initializer)}\n`;
  }
  return text;
}

/** A program has thousands of weights and a handful of initializers. */
function createInitializerTexts(): (initializer: Variable["initializer"]) => string {
  const known = new Map<Variable["initializer"], string>();
  return (initializer) => {
    const text = known.get(initializer) ?? canonicalJson(initializer);
    known.set(initializer, text);
    return text;
  };
}
