import type { TrainingEvent } from "./events.ts";
import type { TrainingOptions } from "./run-training.ts";
import type { TrainingState } from "./state.ts";
import type { TrainingError } from "./training-error.ts";

export interface Checkpoints {
  /** Whether the last one is longer ago than a run should lose. */
  isDue(): boolean;
  write(state: TrainingState): Promise<TrainingError | undefined>;
}

/** Writes checkpoints, says so, and knows when the next one is due. */
export function createCheckpoints(
  { checkpoint, checkpointSeconds = 300 }: Pick<TrainingOptions, "checkpoint" | "checkpointSeconds">,
  report: (event: TrainingEvent) => TrainingError | undefined,
): Checkpoints {
  let last = performance.now();
  return {
    isDue: () => performance.now() - last > checkpointSeconds * 1000,
    async write(state) {
      const written = await checkpoint(state);
      last = performance.now();
      if (typeof written !== "string") return written;
      return report({ kind: "checkpoint", path: written, epoch: state.epoch, step: state.step });
    },
  };
}
