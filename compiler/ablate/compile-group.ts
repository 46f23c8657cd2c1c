/**
 * Compiles settings that probably have one structure: once, where they do. Settings that differ only in what the trainer reads
 * (rate, epochs, augmentation, and mostly the batch size) share everything but the recipe. No program is kept.
 */
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import { createBackboneMemory } from "../2-elaborate/backbone-memory.ts";
import { elaborateRecipeOnly } from "../2-elaborate/elaborate.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { type CompiledSetting, compileStructure, type Structure } from "./compile-structure.ts";
import type { Setting } from "./setting-groups.ts";

/** A value is absent where its diagnostics have an error. */
export type SettingResult = Result<CompiledSetting | undefined>;

/** The settings of a group, in order, one at a time. */
export type GroupCompiler = (settings: readonly Setting[]) => Generator<SettingResult>;

/** Groups of one project: what they have in common is kept between them. */
export function createGroupCompiler(project: ResolvedProject): GroupCompiler {
  const memory = createBackboneMemory();
  return function* (settings) {
    let structure: Structure | undefined;
    for (const setting of settings) {
      const recipe = structure && elaborateRecipeOnly(project, setting);
      if (recipe?.value !== undefined && structure?.fits(recipe.value)) {
        yield { value: structure.at(recipe.value), diagnostics: recipe.diagnostics };
      } else {
        const made = compileStructure(project, setting, memory);
        structure = made.value ?? structure;
        yield { value: made.value?.at(made.value.recipe), diagnostics: made.diagnostics };
      }
    }
  };
}
