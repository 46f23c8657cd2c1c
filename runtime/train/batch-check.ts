import type { StepProgram } from "../program/step-program.ts";
import { TrainerError } from "./trainer-error.ts";

/** What a training step is given. */
export interface Batch {
  /** `[batch, …inputShape]`, row-major, as the data pipeline gives it. */
  readonly input: Float32Array;
  /** `[batch]`, in 0 … classes − 1. */
  readonly label: Int32Array;
  /** In a sequential training: what the finished modules hand on for these samples, as `Trainer.frozen` gave it. */
  readonly frozen?: ReadonlyMap<string, Float32Array>;
}

/** The number of samples of an input; throws a `TrainerError` where it does not hold whole samples, at least one. */
export function batchSizeOf({ inputShape }: StepProgram, input: unknown): number {
  if (!(input instanceof Float32Array)) {
    throw new TrainerError("LL8051", `the input must be a Float32Array, found ${describe(input)}`, "convert it first");
  }
  const perSample = inputShape.reduce((product, length) => product * length, 1);
  if (input.length > 0 && input.length % perSample === 0) return input.length / perSample;
  throw new TrainerError(
    "LL8051",
    `the input must hold whole samples of ${perSample} numbers, found ${input.length} numbers`,
    `give it the shape [batch, ${inputShape.join(", ")}]`,
  );
}

/** As `batchSizeOf`, the labels checked too: a wrong one would only be noticed inside the engine. */
export function checkBatch(program: StepProgram, { input, label }: Batch): number {
  const batch = batchSizeOf(program, input);
  if (!(label instanceof Int32Array)) {
    throw new TrainerError(
      "LL8051",
      `the labels must be an Int32Array, found ${describe(label)}`,
      "convert them first",
    );
  }
  if (label.length !== batch) {
    throw new TrainerError(
      "LL8051",
      `${batch} samples need ${batch} labels, found ${label.length}`,
      "give one label for every sample",
    );
  }
  const wrong = label.findIndex((value) => value < 0 || value >= program.classes);
  if (wrong >= 0) {
    throw new TrainerError(
      "LL8052",
      `label ${wrong} must be from 0 to ${program.classes - 1}, found ${label[wrong]}`,
      `the model has ${program.classes} classes`,
    );
  }
  return batch;
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return `${value}`;
  return value.constructor?.name ?? "an object";
}
