import type { Recipe } from "../../runtime/program/recipe.ts";
import type { Procedure } from "../../runtime/program/step-program.ts";
import { chooseRecomputation } from "../recompute/choose-recomputation.ts";
import { recompute } from "../recompute/recompute.ts";

/**
 * The step as the recipe's `memory` wants it. `recompute` makes normalisations and activations again where that lowers the
 * peak; a limit takes the cheapest recomputation that meets it, whole units last, or gets as near as it can.
 */
export function saveMemory(procedure: Procedure, { memory, batch }: Recipe): Procedure {
  if (memory === undefined) return procedure;
  const choice =
    memory.kind === "recompute"
      ? chooseRecomputation(procedure, { batch, kinds: ["chain"] })
      : chooseRecomputation(procedure, { batch, limit: memory.bytes, kinds: ["chain", "join", "section"] });
  return recompute(procedure, choice);
}
