/** The best epoch of a run, by the images held out for validation; test accuracy has no say in it. */
import { join } from "node:path";
import { positionOf } from "../../program/phases.ts";
import type { StepProgram } from "../../program/step-program.ts";
import type { CheckpointWriter, FoundCheckpoint } from "./checkpoint.ts";
import { findCheckpoint, removeCheckpoints, writeCheckpoint } from "./checkpoint.ts";
import type { EpochRecord } from "./events.ts";
import type { TrainingState } from "./state.ts";
import type { TrainingError } from "./training-error.ts";
import { fileSystemError, trainingError } from "./training-error.ts";

/**
 * The epoch with the highest validation accuracy, of equal ones the earliest; undefined where none was measured or no head
 * classifies. Of a sequential training only the last phase counts: before it there is no whole model.
 */
export function bestEpoch(
  program: Pick<StepProgram, "phases" | "recipe">,
  records: readonly EpochRecord[],
): EpochRecord | undefined {
  let best: EpochRecord | undefined;
  for (const record of records) {
    const { phase } = positionOf(program, record.epoch);
    if (phase !== undefined && phase !== program.phases?.length) continue;
    const accuracy = record.validation?.accuracy;
    if (!Number.isFinite(accuracy)) continue;
    if (best === undefined || Number(accuracy) > Number(best.validation?.accuracy)) best = record;
  }
  return best;
}

/** Writes a run's checkpoints: the latest in `checkpoint/`, that of the best epoch in `best/`. */
export interface CheckpointKeeper {
  /** To be called before training goes on: takes away what a lost attempt has left. */
  begin(state: TrainingState | undefined): TrainingError | undefined;
  checkpoint(state: TrainingState): Promise<string | TrainingError>;
  keepBest(state: TrainingState): Promise<string | TrainingError>;
}

/**
 * The best epoch's weights are written before the checkpoint that knows of them, and those they replace are removed after it:
 * whenever the process is killed, `best/` holds the epoch that the latest checkpoint calls the best.
 */
export function createCheckpointKeeper(
  run: string,
  program: Pick<StepProgram, "phases" | "recipe">,
  trainer: CheckpointWriter,
): CheckpointKeeper {
  const [checkpoints, best] = [join(run, "checkpoint"), join(run, "best")];

  function removeOthers({ epochs }: Pick<TrainingState, "epochs">): TrainingError | undefined {
    const kept = bestEpoch(program, epochs)?.epoch;
    try {
      removeCheckpoints(best, (_, epoch) => epoch - 1 !== kept);
      return undefined;
    } catch (error) {
      const known = fileSystemError(error, "the best epoch", best);
      if (known === null) throw error;
      return known;
    }
  }

  return {
    begin: (state) => removeOthers(state ?? { epochs: [] }),
    async checkpoint(state) {
      const written = await writeCheckpoint(checkpoints, state, trainer);
      return typeof written === "string" ? (removeOthers(state) ?? written) : written;
    },
    keepBest: (state) => writeCheckpoint(best, state, trainer, "others"),
  };
}

/** The weights of a run's best epoch. */
export function findBest(
  run: string,
  program: Pick<StepProgram, "phases" | "recipe">,
): (FoundCheckpoint & { readonly epoch: number }) | TrainingError {
  const latest = findCheckpoint(join(run, "checkpoint"));
  if ("code" in latest) return latest;
  const epoch = bestEpoch(program, latest.state.epochs)?.epoch;
  const directory = join(run, "best");
  // A checkpoint at the end of an epoch is one at the beginning of the next.
  const found = epoch === undefined ? undefined : findCheckpoint(directory, epoch + 1);
  if (found !== undefined && epoch !== undefined) return "code" in found ? found : { ...found, epoch };
  return trainingError(
    "LL8032",
    "the run has no best epoch: none was chosen on validation images",
    program.recipe.validation === undefined
      ? "train with `validation: 0.1` in the recipe, or leave `--best` out"
      : "it has one when the first epoch (of the last phase) is finished and its readout classifies",
    directory,
  );
}
