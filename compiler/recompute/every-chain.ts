import type { Procedure } from "../../runtime/program/step-program.ts";
import { listCandidates } from "./candidates.ts";
import type { RecomputeChoice } from "./choice.ts";
import { lifetimesOf } from "./recompute.ts";

/** All that can be computed again from one kept tensor, whether or not it lowers the peak. */
export function everyChain(procedure: Procedure, batch: number): RecomputeChoice {
  const candidates = listCandidates(procedure, lifetimesOf(procedure), batch, 0);
  return { values: candidates.filter(({ kind }) => kind === "chain").map(({ number }) => number), sections: [] };
}
