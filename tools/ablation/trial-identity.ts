import { createHash } from "node:crypto";
import { join } from "node:path";
import type { DataIdentity, Trial } from "./types.ts";

/** The identity of a trial: the same program on the same data with the same seed is the same trial. */
export function trialId(programHash: string, data: Pick<DataIdentity, "checksum">, seed: number): string {
  const identity = JSON.stringify({ programHash, data: data.checksum, seed });
  return createHash("sha256").update(identity).digest("hex").slice(0, 20);
}

/** `runs/trials/0c1d…`: where a trial's run and its journal `events.jsonl` lie. */
export function trialDirectory(trial: Pick<Trial, "id">, root = "runs"): string {
  return join(root, "trials", trial.id);
}
