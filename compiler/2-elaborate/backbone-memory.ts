/** Many settings of one model mostly share its backbone: it is built once. */
import type { ModelDefinition } from "../1-resolve/resolved-project.ts";
import type { BuiltBackbone, Evaluation } from "./evaluation.ts";
import type { Overrides } from "./overrides.ts";

/** Backbones of one project. */
export interface BackboneMemory {
  of(model: ModelDefinition, set: Overrides): RememberedBackbone;
}

/** What was built before, or what `build` gives; it is then the evaluation's. */
export type RememberedBackbone = (
  evaluation: Evaluation,
  build: () => BuiltBackbone | undefined,
) => BuiltBackbone | undefined;

/** A backbone is some megabytes: as many as a study is likely to go to and fro between. */
const limit = 16;

export function createBackboneMemory(): BackboneMemory {
  const known = new Map<string, BuiltBackbone>();
  return {
    of({ declaration }, set) {
      const deciding = Object.entries(set).filter(([path]) => /^(backbone|input)(\.|$)/.test(path));
      const key = JSON.stringify([declaration.name.text, deciding]);
      return (evaluation, build) => {
        const found = known.get(key);
        if (found !== undefined) {
          evaluation.backbone = found;
          return found;
        }
        const before = evaluation.diagnostics.length;
        const built = build();
        // A mistake, or a limit that is reached, is to be said of every model that has it.
        const isFine = evaluation.diagnostics.length === before && !evaluation.spent.isExhausted;
        if (built?.isComplete !== true || !isFine) return built;
        const [oldest] = known.keys();
        if (oldest !== undefined && known.size >= limit) known.delete(oldest);
        known.set(key, built);
        return built;
      };
    },
  };
}
