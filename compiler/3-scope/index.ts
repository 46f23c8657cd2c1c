/** 3-scope: a Model becomes a ScopedModel: cut into modules, heads attached, weights owned, isolation proven. */

import type { Model } from "../2-elaborate/model.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { withoutEchoes } from "../diagnostics/without-echoes.ts";
import { attachHeads } from "./attach-heads.ts";
import { checkEdges } from "./check-edges.ts";
import { checkLosses } from "./check-losses.ts";
import { checkTied } from "./check-tied.ts";
import { ownWeights } from "./own-weights.ts";
import { placeCuts } from "./place-cuts.ts";
import { isolationMatrix, reachLosses } from "./reach.ts";
import type { ScopedModel } from "./scoped-model.ts";

/** Undefined where the split is impossible or a gradient would cross a cut; the diagnostics say why. */
export function scope(model: Model): Result<ScopedModel | undefined> {
  const cuts = placeCuts(model);
  if (cuts.value === undefined) return { value: undefined, diagnostics: cuts.diagnostics };
  const { value: modules, diagnostics } = attachHeads(model, cuts.value);
  const owners = ownWeights(modules, model.readout);
  const losses = reachLosses(modules, owners);
  const problems: Diagnostic[] = withoutEchoes([
    ...diagnostics,
    ...checkEdges(modules),
    ...checkLosses(model, modules, losses, owners),
    ...checkTied(model, modules, losses),
  ]);
  const value = { model, modules, owners, losses, isolation: isolationMatrix(losses, owners) };
  return { value: problems.some(({ severity }) => severity === "error") ? undefined : value, diagnostics: problems };
}
