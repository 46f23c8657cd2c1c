/** What emitted TypeScript is written in. */
export {
  average,
  constant,
  copied,
  copyOf,
  filled,
  float32,
  int32,
  listModules,
  losses,
  normal,
  numbered,
  ownedBy,
  perSample,
  prediction,
  statistic,
  truncatedNormal,
  uniform,
  type VariableEntry,
  weight,
} from "./notation.ts";
export type { CrossEntropy, NormalizationGradients, Normalized, Pair, Primitives, Sides, Tensor } from "./primitives.ts";
export { beginStep, type Step } from "./step.ts";
