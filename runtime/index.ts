/** What runs a step program: the door for users and for emitted TypeScript. Importing it does not load the engine. */

export type { Batches, BatchOptions, DataError, Dataset, DatasetResult, SplitName } from "./data/index.ts";
export { createBatches, holdOut, isDataError, openDataset, renderDataError } from "./data/index.ts";
export { EngineError } from "./engine/engine-error.ts";
export type { ProcedureBuilder } from "./program/build.ts";
export { createProcedureBuilder } from "./program/build.ts";
export type { LossWeight, WeightSchedule } from "./program/loss-weight.ts";
export { printWeight, weightAt } from "./program/loss-weight.ts";
export { positionOf, totalEpochs } from "./program/phases.ts";
export type { MemoryPlan } from "./program/plan.ts";
export { planMemory, variableBytes } from "./program/plan.ts";
export type { PrintOptions } from "./program/print.ts";
export { printProcedure, printProgram } from "./program/print.ts";
export type * from "./program/recipe.ts";
export type * from "./program/step-program.ts";
export type { BatchScalar, DataType, Dimension, Shape, TensorType } from "./program/tensor-type.ts";
export type { ProgramFault } from "./program/verify.ts";
export { verifyProgram } from "./program/verify.ts";
export * from "./program/vocabulary/index.ts";
export type { Batch } from "./train/batch-check.ts";
export { rateAt } from "./train/schedule.ts";
export type { EvaluateResult, StepResult, Trainer, TrainerMemory, TrainerOptions } from "./train/trainer.ts";
export { createTrainer } from "./train/trainer.ts";
export type { TrainerErrorCode } from "./train/trainer-error.ts";
export { TrainerError } from "./train/trainer-error.ts";
