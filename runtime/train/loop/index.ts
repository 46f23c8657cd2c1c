/** The training loop's door: what the command line, reports and ablations call. */
export { makeFolder, writeDurably } from "../durable-files.ts";
export { bestEpoch, createCheckpointKeeper, findBest } from "./best-epoch.ts";
export { checkFit } from "./check-fit.ts";
export { checkResume } from "./check-resume.ts";
export { findCheckpoint, writeCheckpoint } from "./checkpoint.ts";
export type { EpochRecord, Evaluation, Losses, TrainingEvent } from "./events.ts";
export { largest, measure } from "./measure.ts";
export { programHash } from "./program-hash.ts";
export { appendLog, createRun, openRun, type Run, type RunManifest } from "./run-directory.ts";
export { runTraining, type TrainingOptions, type TrainingOutcome } from "./run-training.ts";
export { emptySums, initialState, type TrainingState } from "./state.ts";
export { fileSystemError, isTrainingError, type TrainingError } from "./training-error.ts";
