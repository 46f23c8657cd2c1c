/** From a file to studies of compiled variants. */
import type { StepProgram } from "../../runtime/program/step-program.ts";
import { assembleStudies, type ExpandedStudies } from "./assemble-studies.ts";
import { type CompiledMember, createGroupCompiler, type SettingResult } from "./compile-group.ts";
import { compileInWorkers } from "./compile-in-workers.ts";
import { compileVariants, compilingVariants } from "./compile-variants.ts";
import { inTurns } from "./in-turns.ts";
import { type ExpandOptions, openStudies } from "./open-studies.ts";
import { groupSettings, type Setting } from "./setting-groups.ts";

export type { ExpandedStudies, ExpandOptions };

/**
 * Every `ablate` block of a file with its variants compiled, in order. A file without blocks has one study where the command
 * line makes axes: of its model. User mistakes are diagnostics; a variant that does not compile is excluded with the reason.
 */
export function expandStudies(options: ExpandOptions): ExpandedStudies {
  const opened = openStudies(options);
  const { project, settings } = opened;
  return assembleStudies(opened, project === undefined ? [] : compileVariants(project, settings, options.onProgress));
}

/**
 * The same studies, without keeping the process from everything else meanwhile (a Ctrl-C, say), and on several threads where
 * there is much to compile.
 */
export async function expandStudiesInTurns(options: ExpandOptions): Promise<ExpandedStudies> {
  const opened = openStudies(options);
  const { project, settings } = opened;
  if (project === undefined) return assembleStudies(opened, []);
  const { onProgress } = options;
  const known = await compileInWorkers(project, settings, onProgress);
  return assembleStudies(opened, await inTurns(compilingVariants(project, settings, { onProgress, known })));
}

/** What is done with a program as soon as it is compiled; false to end there. */
type OnProgram = (programHash: string, program: StepProgram) => Promise<boolean>;

/**
 * The same studies, and every distinct program on the way: each is compiled once, and one at a time is in memory. Undefined
 * where `onProgram` ended it.
 */
export async function expandWithPrograms(
  options: ExpandOptions,
  onProgram: OnProgram,
): Promise<ExpandedStudies | undefined> {
  const opened = openStudies(options);
  const { project, settings } = opened;
  if (project === undefined) return assembleStudies(opened, []);
  const results: SettingResult[] = [];
  const seen = new Set<string>();
  const compileGroup = createGroupCompiler(project);
  let done = 0;
  for (const group of groupSettings(settings)) {
    const members = compileGroup(group.map((index) => settings[index] as Setting));
    for (const index of group) {
      const { result, program } = members.next().value as CompiledMember;
      results[index] = result;
      const hash = result.value?.programHash;
      if (hash !== undefined && program !== undefined && !seen.has(hash)) {
        seen.add(hash);
        if (!(await onProgram(hash, program()))) return undefined;
      }
      options.onProgress?.(++done, settings.length);
    }
  }
  return assembleStudies(opened, results);
}
