/** Compiles many settings of a model, each structure once. */
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import { elaborate } from "../2-elaborate/elaborate.ts";
import { scope } from "../3-scope/index.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type CompiledMember, createGroupCompiler, type SettingResult } from "./compile-group.ts";
import { groupSettings, type Setting } from "./setting-groups.ts";

/** Called after every setting: how many are done, of how many. */
export type OnProgress = (done: number, total: number) => void;

export interface CompileVariantsOptions {
  readonly onProgress?: OnProgress | undefined;
  /** Results by the number of their setting, where some are known. */
  readonly known?: readonly (SettingResult | undefined)[];
}

/** In the order of the settings. */
export function compileVariants(
  project: ResolvedProject,
  settings: readonly Setting[],
  onProgress?: OnProgress,
): readonly SettingResult[] {
  const steps = compilingVariants(project, settings, { onProgress });
  for (;;) {
    const { value, done } = steps.next();
    if (done === true) return value;
  }
}

/** The same, with a pause after every setting. */
export function* compilingVariants(
  project: ResolvedProject,
  settings: readonly Setting[],
  { onProgress, known = [] }: CompileVariantsOptions,
): Generator<undefined, readonly SettingResult[]> {
  const results = [...known];
  let done = results.filter((result) => result !== undefined).length;
  const compileGroup = createGroupCompiler(project);
  for (const group of groupSettings(settings)) {
    // A group is known as a whole.
    if (results[group[0] ?? 0] !== undefined) continue;
    const made = compileGroup(group.map((index) => settings[index] as Setting));
    for (const index of group) {
      results[index] = (made.next().value as CompiledMember).result;
      onProgress?.(++done, settings.length);
      yield undefined;
    }
  }
  return results as SettingResult[];
}

/** Whether a setting is right, as far as that can be said without its program. */
export function checkSetting(project: ResolvedProject, setting: Setting): readonly Diagnostic[] {
  const { value: model, diagnostics } = elaborate(project, setting);
  return model === undefined ? diagnostics : [...diagnostics, ...scope(model).diagnostics];
}
