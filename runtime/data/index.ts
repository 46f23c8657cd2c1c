/** The door of the data room. */

// Batching
export type { Batch, BatchPlan } from "./batch-plan.ts";
export { checkBatchPlan, epochOrder } from "./batch-plan.ts";
export type { Batches, BatchOptions, SplitName } from "./batches.ts";
export { createBatches } from "./batches.ts";
// Opening
export type { DataError, DataErrorCode } from "./data-error.ts";
export { isDataError, renderDataError } from "./data-error.ts";
export type { DataFile, Dataset, DatasetResult, DatasetSplit, ImageShape } from "./dataset.ts";
export { openDataset } from "./open-dataset.ts";
export type { PrefetchedEpoch, Prefetcher } from "./prefetcher.ts";
export { createPrefetcher } from "./prefetcher.ts";
export { holdOut } from "./validation-split.ts";
export type { WorkerLocation } from "./worker-location.ts";
export { workerLocation } from "./worker-location.ts";
