/**
 * Compiles settings that probably have one structure: once, where they do. Settings that differ only in what the trainer reads
 * (rate, epochs, augmentation, and mostly the batch size) share everything but the recipe. One program is kept at a time.
 */

import type { Recipe } from "../../runtime/program/recipe.ts";
import type { StepProgram } from "../../runtime/program/step-program.ts";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import { createBackboneMemory } from "../2-elaborate/backbone-memory.ts";
import { elaborateRecipeOnly } from "../2-elaborate/elaborate.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { type CompiledSetting, compileStructure, type Structure } from "./compile-structure.ts";
import type { Setting } from "./setting-groups.ts";

/** A value is absent where its diagnostics have an error. */
export type SettingResult = Result<CompiledSetting | undefined>;

export interface CompiledMember {
  readonly result: SettingResult;
  /** Makes the whole program, where it is asked for before the next member. */
  readonly program?: () => StepProgram;
}

/** The settings of a group, in order, one at a time. */
export type GroupCompiler = (settings: readonly Setting[]) => Generator<CompiledMember>;

/** Groups of one project: what they have in common is kept between them. */
export function createGroupCompiler(project: ResolvedProject): GroupCompiler {
  const memory = createBackboneMemory();
  return function* (settings) {
    let structure: Structure | undefined;
    for (const setting of settings) {
      const recipe = structure && elaborateRecipeOnly(project, setting);
      if (recipe?.value !== undefined && structure?.fits(recipe.value)) {
        yield member(structure, recipe.value, recipe.diagnostics);
      } else {
        const made = compileStructure(project, setting, memory);
        structure = made.value ?? structure;
        yield made.value === undefined
          ? { result: { value: undefined, diagnostics: made.diagnostics } }
          : member(made.value, made.value.recipe, made.diagnostics);
      }
    }
  };
}

function member(structure: Structure, recipe: Recipe, diagnostics: readonly Diagnostic[]): CompiledMember {
  return { result: { value: structure.at(recipe), diagnostics }, program: () => structure.program(recipe) };
}
