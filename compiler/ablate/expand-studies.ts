/** From a file to studies of compiled variants. */
import { assembleStudies, type ExpandedStudies } from "./assemble-studies.ts";
import { compileInWorkers } from "./compile-in-workers.ts";
import { compileVariants, compilingVariants } from "./compile-variants.ts";
import { inTurns } from "./in-turns.ts";
import { type ExpandOptions, openStudies } from "./open-studies.ts";

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
