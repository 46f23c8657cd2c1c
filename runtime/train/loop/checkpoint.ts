import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { flushDirectory, makeFolder, writeDurably } from "../durable-files.ts";
import type { TrainingState } from "./state.ts";
import { isTrainingState } from "./state.ts";
import type { TrainingError } from "./training-error.ts";
import { fileSystemError, trainingError } from "./training-error.ts";

/**
 * A checkpoint is a directory `step-000000123` that holds the trainer's own files (weights, optimizer slots) in `weights/`
 * and the loop's `state.json`. It is written under another name, flushed to the device and renamed: whatever bears the name
 * is whole, and the one before is removed only after that. A full disk or a `kill -9` at any moment leaves one that works.
 */
export interface CheckpointWriter {
  /** Writes weights, slots and step count below the directory, flushed to the device. */
  readonly save: (directory: string) => Promise<void>;
  readonly weights: () => Promise<ReadonlyMap<string, Float32Array>>;
}

/** Writes a checkpoint and returns its directory; `keeps` says which of the others stay, none unless it is given. */
export async function writeCheckpoint(
  directory: string,
  state: TrainingState,
  trainer: CheckpointWriter,
  keeps: "others" | "none" = "none",
): Promise<string | TrainingError> {
  const bad = firstNotFinite(await trainer.weights());
  if (bad !== undefined) {
    return trainingError(
      "LL6202",
      `the weight \`${bad}\` is not finite any more in step ${state.step} of epoch ${state.epoch}`,
      "lower the learning rate or lengthen its warm-up; the last checkpoint is from before and is kept",
    );
  }
  const name = `step-${String(state.totalSteps).padStart(9, "0")}-${state.epoch}-${state.step}`;
  const temporary = join(directory, `.writing-${process.pid}`);
  const final = join(directory, name);
  // The same position again, for example a resumed run that is stopped before its first step: it is there already.
  if (existsSync(final)) return final;
  try {
    makeFolder(directory);
    removeRemains(directory);
    mkdirSync(temporary);
    await trainer.save(join(temporary, "weights"));
    writeDurably(join(temporary, "state.json"), `${JSON.stringify(state)}\n`);
    flushDirectory(temporary);
    renameSync(temporary, final);
    flushDirectory(directory);
    if (keeps === "none") removeCheckpoints(directory, (other) => other !== name);
    return final;
  } catch (error) {
    quietly(() => rmSync(temporary, { recursive: true, force: true }));
    const known = fileSystemError(error, "the checkpoint", directory);
    if (known === null) throw error;
    return known;
  }
}

/** Takes checkpoints away, by their names and the epoch they are at the beginning or in the middle of. */
export function removeCheckpoints(directory: string, isRemoved: (name: string, epoch: number) => boolean): void {
  for (const name of checkpointNames(directory)) {
    if (isRemoved(name, positionIn(name)[1])) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

export interface FoundCheckpoint {
  readonly path: string;
  /** What the trainer loads. */
  readonly weights: string;
  readonly state: TrainingState;
}

/** The latest whole checkpoint of a run's `checkpoint/` directory, or the latest one at the beginning of an epoch. */
export function findCheckpoint(directory: string, epoch?: number): FoundCheckpoint | TrainingError {
  const name = checkpointNames(directory)
    .filter((each) => epoch === undefined || positionIn(each)[1] === epoch)
    .at(-1);
  if (name === undefined) {
    return trainingError(
      "LL8032",
      "the run has no checkpoint",
      "start it again; a run writes its first checkpoint before its first step",
      directory,
    );
  }
  const path = join(directory, name);
  const state = readState(join(path, "state.json"));
  if (state === undefined) {
    return trainingError(
      "LL8033",
      "the checkpoint's `state.json` cannot be read",
      "start the run again, or put the file back",
      path,
    );
  }
  return { path, weights: join(path, "weights"), state };
}

function readState(path: string): TrainingState | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isTrainingState(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Oldest first. */
function checkpointNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => /^step-\d{9,}-\d+-\d+$/.test(name))
      .sort(byPosition);
  } catch {
    return [];
  }
}

// By steps, then epoch: the end of an epoch's steps and the start of the next one have the same number of steps.
function byPosition(a: string, b: string): number {
  const [left, right] = [positionIn(a), positionIn(b)];
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

function positionIn(name: string): [totalSteps: number, epoch: number, step: number] {
  return name.split("-").slice(1).map(Number) as [number, number, number];
}

/** What a writer that was killed has left behind. */
function removeRemains(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (name.startsWith(".writing-")) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

function firstNotFinite(weights: ReadonlyMap<string, Float32Array>): string | undefined {
  for (const [address, values] of weights) {
    // A sum is infinite or not a number if any term is; sums of finite single precision numbers stay far from overflow.
    let sum = 0;
    for (let index = 0; index < values.length; index += 1) sum += values[index] as number;
    if (!Number.isFinite(sum)) return address;
  }
  return undefined;
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // The error being handled says more.
  }
}
