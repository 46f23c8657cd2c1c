/** The door of the ablation room: blocks of a file, or axes of a command line, become studies of compiled variants. */
export {
  type ExpandedStudies,
  type ExpandOptions,
  expandStudies,
  expandStudiesInTurns,
  expandWithPrograms,
} from "./expand-studies.ts";
export { programIdentity } from "./program-identity.ts";
export type { Axis, Exclusion, Study, Variant, VariantSummary } from "./study.ts";
