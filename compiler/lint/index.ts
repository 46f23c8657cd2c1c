/** The door of the lint room: a file in, findings and fixes out. */
export { type FixedFile, fixFile } from "./apply-fixes.ts";
export {
  type Baseline,
  compareWithBaseline,
  createBaseline,
  type KnownFinding,
  printBaseline,
  readBaseline,
} from "./baseline.ts";
export { type ConfigurationProblem, type LintConfiguration, readConfiguration } from "./configuration.ts";
export { type DatasetFacts, datasets } from "./datasets.ts";
export { diagnosticTopics, everyTopic, type FoundPage, findPage, type Topic } from "./find-page.ts";
export { type LintOptions, type LintResult, lintFile } from "./lint-file.ts";
export { rules } from "./registry.ts";
export type { Rule } from "./rule.ts";
