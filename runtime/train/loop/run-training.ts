import type { Batches, SplitName } from "../../data/batches.ts";
import { createBatches } from "../../data/batches.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { Prefetcher } from "../../data/prefetcher.ts";
import { createPrefetcher } from "../../data/prefetcher.ts";
import { holdOut } from "../../data/validation-split.ts";
import { weightAt } from "../../program/loss-weight.ts";
import { phaseOf, positionOf, totalEpochs } from "../../program/phases.ts";
import type { StepProgram } from "../../program/step-program.ts";
import { rateAt } from "../schedule.ts";
import { bestEpoch } from "./best-epoch.ts";
import type { EpochRecord, Evaluation, Losses, TrainingEvent } from "./events.ts";
import type { LoopTrainer } from "./loop-trainer.ts";
import { measure } from "./measure.ts";
import { createPhases } from "./phases.ts";
import type { TrainingState } from "./state.ts";
import { addStep, emptySums, initialState, meanLosses } from "./state.ts";
import type { TrainingError } from "./training-error.ts";
import { trainingError } from "./training-error.ts";

export interface TrainingOptions {
  /** Its recipe says how long, in which batches and at which rate. */
  readonly program: StepProgram;
  readonly trainer: LoopTrainer;
  /** What the recipe holds out for validation is taken from its training images, unless that was done before. */
  readonly dataset: Dataset;
  /** Where to continue; a new run otherwise. The trainer holds the weights that belong to it. */
  readonly from?: TrainingState;
  /** Stops after this many steps in all, resumed ones included. */
  readonly maxSteps?: number;
  /** Keeps weights and state; called at the start of a new run, at the end of every epoch, when stopped, and every `checkpointSeconds`. */
  readonly checkpoint: (state: TrainingState) => Promise<string | TrainingError>;
  readonly checkpointSeconds?: number;
  /** Keeps the weights of an epoch that is better than all before it by its validation accuracy; called before `checkpoint`. */
  readonly keepBest?: (state: TrainingState) => Promise<string | TrainingError>;
  /** Asked after every step: true ends the run with a checkpoint. */
  readonly stopRequested?: () => boolean;
  /** May return an error of its own, such as a log that cannot be written: the run then stops. */
  readonly onEvent: (event: TrainingEvent) => TrainingError | undefined;
}

export interface TrainingOutcome {
  readonly reason: "finished" | "interrupted" | "step_limit" | "failed";
  readonly state: TrainingState;
  readonly error?: TrainingError;
}

/**
 * Trains a program: epochs × batches, an evaluation on the test set after each epoch (before it on the validation images, where
 * the recipe holds some out), checkpoints on the way. A sequential
 * training does this for one module after the other; its epochs are counted through. A run that
 * was interrupted and continued `from` its checkpoint ends with the same bits as one that was not. A loss that is not a
 * finite number ends the run at once (LL6201) and leaves the last checkpoint as it was.
 */
export async function runTraining(options: TrainingOptions): Promise<TrainingOutcome> {
  const prefetcher = createPrefetcher();
  const run = createRun(options, prefetcher);
  try {
    const outcome = await run.train();
    const { epoch, step } = outcome.state;
    options.onEvent({
      kind: "stopped",
      reason: outcome.reason,
      epoch,
      step,
      ...(outcome.error && { error: outcome.error }),
    });
    return outcome;
  } finally {
    await prefetcher.close();
  }
}

function createRun(options: TrainingOptions, prefetcher: Prefetcher) {
  const { program, trainer, maxSteps = Number.POSITIVE_INFINITY, checkpointSeconds = 300 } = options;
  const { recipe } = program;
  const dataset = holdOut(options.dataset, recipe.validation);
  const stepsPerEpoch = Math.ceil(dataset.train.count / recipe.batch);
  const stopRequested = options.stopRequested ?? (() => false);
  const epochs = totalEpochs(program);
  const pace = createPace(epochs, stepsPerEpoch);
  const yieldNow = createYield();
  let state = options.from ?? initialState;
  const phases = createPhases({
    ...{ program, trainer, dataset, report },
    trainingImages: () => openBatches("train", 0, { shuffle: false }),
    async goesOn() {
      await yieldNow();
      return !stopRequested();
    },
  });
  let lastCheckpoint = performance.now();
  /** End of the last step: its distance to the next one's is a step's time, waiting for its batch included. */
  let mark = performance.now();

  async function train(): Promise<TrainingOutcome> {
    const resumed = options.from !== undefined;
    const { batch } = recipe;
    let error = report({
      kind: "started",
      epoch: state.epoch,
      step: state.step,
      resumed,
      epochs,
      stepsPerEpoch,
      batch,
    });
    if (error === undefined && !resumed) error = await checkpoint();
    while (error === undefined && state.epoch <= epochs) {
      const stopped = (await phases.begin(state.epoch)) ?? (await trainEpoch());
      if (typeof stopped === "string") return finish(stopped, await checkpoint());
      error = stopped;
      if (error === undefined && state.totalSteps >= maxSteps && state.epoch <= epochs) return finish("step_limit");
    }
    return finish("finished", error);
  }

  function finish(reason: TrainingOutcome["reason"], error?: TrainingError): TrainingOutcome {
    return error === undefined ? { reason, state } : { reason: "failed", state, error };
  }

  /** One epoch, or the rest of one. A word says that the run is to stop in the middle; the state is then worth keeping. */
  async function trainEpoch(): Promise<"interrupted" | "step_limit" | TrainingError | undefined> {
    const stopped = await trainSteps();
    if (stopped !== undefined) return stopped;
    const { epoch } = state;
    const validation = dataset.validation === undefined ? undefined : await evaluate("validation");
    const test = validation === null ? null : await evaluate("test");
    if (validation === null || test === null) return "interrupted";
    pace.evaluated(test.seconds + (validation?.seconds ?? 0));
    const record = epochRecord(program, state, test, validation);
    state = { ...state, epoch: epoch + 1, step: 0, sums: emptySums, epochs: [...state.epochs, record] };
    const error = report({ kind: "epoch", epochs, record, secondsLeft: pace.secondsLeft(state) });
    return (
      error ??
      (await keepBest(epoch)) ??
      (await checkpoint()) ??
      (stopRequested() && state.epoch <= epochs ? "interrupted" : undefined)
    );
  }

  function evaluate(split: "validation" | "test"): Promise<Evaluation | null> {
    const { epoch } = state;
    return measure({
      program,
      trainer,
      batches: openBatches(split, 0),
      onProgress: async (share) => {
        report({ kind: "evaluation", epoch, epochs, ...(split === "validation" && { split }), share });
        await yieldNow();
        return !stopRequested();
      },
    });
  }

  /** Where the epoch just finished is the best one so far. */
  async function keepBest(epoch: number): Promise<TrainingError | undefined> {
    if (bestEpoch(program, state.epochs)?.epoch !== epoch) return undefined;
    const written = await options.keepBest?.(state);
    return typeof written === "string" ? undefined : written;
  }

  async function trainSteps(): Promise<"interrupted" | "step_limit" | TrainingError | undefined> {
    if (state.step >= stepsPerEpoch) return undefined;
    const batches = openBatches("train", state.step);
    mark = performance.now();
    try {
      for (let batch = await batches.next(); batch !== null; batch = await batches.next()) {
        if (state.totalSteps >= maxSteps) return "step_limit";
        const error = await trainStep(batch);
        if (error !== undefined) return error;
        await yieldNow();
        if (stopRequested()) return "interrupted";
        if (performance.now() - lastCheckpoint > checkpointSeconds * 1000) {
          const failed = await checkpoint();
          if (failed !== undefined) return failed;
        }
      }
      return undefined;
    } finally {
      await batches.close();
    }
  }

  async function trainStep(batch: {
    input: Float32Array;
    label: Int32Array;
    size: number;
  }): Promise<TrainingError | undefined> {
    const { epoch, step } = state;
    const position = positionOf(program, epoch);
    const rate = rateAt(recipe.rate, { ...position, step, stepsPerEpoch });
    trainer.setRate(rate);
    trainer.setEpoch(position.epoch);
    const frozen = phases.frozenAt(epoch, step);
    const { losses } = await trainer.step({ input: batch.input, label: batch.label, ...(frozen && { frozen }) });
    const error = checkFinite(program, losses, epoch, step + 1, state.totalSteps + 1);
    if (error !== undefined) return error;
    const now = performance.now();
    const seconds = (now - mark) / 1000;
    mark = now;
    pace.trained(seconds, batch.size);
    state = {
      ...state,
      step: step + 1,
      totalSteps: state.totalSteps + 1,
      sums: addStep(state.sums, losses, batch.size, rate, seconds),
    };
    return report({
      kind: "step",
      epoch,
      epochs,
      step: state.step,
      stepsPerEpoch,
      losses: meanLosses(state.sums),
      rate,
      imagesPerSecond: pace.imagesPerSecond(),
      secondsLeft: pace.secondsLeft(state),
    });
  }

  async function checkpoint(): Promise<TrainingError | undefined> {
    const written = await options.checkpoint(state);
    mark = performance.now();
    lastCheckpoint = mark;
    if (typeof written !== "string") return written;
    return report({ kind: "checkpoint", path: written, epoch: state.epoch, step: state.step });
  }

  function report(event: TrainingEvent): TrainingError | undefined {
    return options.onEvent(event);
  }

  function openBatches(split: SplitName, startBatch: number, { shuffle = split === "train" } = {}): Batches {
    const training = split === "train";
    const { batch, seed, augment, normalize } = recipe;
    return createBatches({
      dataset,
      split,
      batch,
      epoch: training ? state.epoch : 1,
      seed,
      shuffle,
      augment: training ? augment : [],
      ...(normalize && { normalize }),
      startBatch,
      prefetcher,
    });
  }

  return { train };
}

function checkFinite(
  program: StepProgram,
  losses: Losses,
  epoch: number,
  step: number,
  total: number,
): TrainingError | undefined {
  const bad = program.losses.filter(({ name }) => losses[name] !== undefined && !Number.isFinite(losses[name]));
  const first = bad[0];
  if (first === undefined) return undefined;
  const more = bad.length > 1 ? ` (and ${bad.length - 1} more)` : "";
  return trainingError(
    "LL6201",
    `the loss \`${first.name}\` of module ${first.module}${more} became ${losses[first.name]} in step ${step} of epoch ${epoch} (step ${total} in all)`,
    "lower the learning rate or lengthen its warm-up; the last checkpoint is from before and is kept",
  );
}

function epochRecord(
  program: StepProgram,
  { epoch, step, sums }: TrainingState,
  test: Evaluation,
  validation: Evaluation | undefined,
): EpochRecord {
  const losses = meanLosses(sums);
  const position = positionOf(program, epoch);
  const total = program.losses.reduce(
    (sum, { name, weight }) => sum + weightAt(weight, position) * (losses[name] ?? 0),
    0,
  );
  const module = position.phase === undefined ? undefined : phaseOf(program, position.phase).module;
  return {
    epoch,
    ...(module !== undefined && { module }),
    losses,
    train: { steps: step, samples: sums.samples, rate: sums.rate, total },
    ...(validation && { validation }),
    test,
    seconds: sums.seconds,
    imagesPerSecond: sums.seconds > 0 ? sums.samples / sums.seconds : 0,
  };
}

/** Speed of this process' own steps, and what it promises for the rest. */
function createPace(epochs: number, stepsPerEpoch: number) {
  let seconds = 0;
  let steps = 0;
  let images = 0;
  let evaluation = 0;
  return {
    trained(stepSeconds: number, size: number): void {
      // The first step also pays for the engine's own preparations.
      if (steps++ === 0) return;
      seconds += stepSeconds;
      images += size;
    },
    evaluated(evaluationSeconds: number): void {
      evaluation = evaluationSeconds;
    },
    imagesPerSecond: () => (seconds > 0 ? images / seconds : 0),
    secondsLeft({ epoch, step }: TrainingState): number {
      const stepsLeft = Math.max(0, (epochs - epoch + 1) * stepsPerEpoch - step);
      return (steps > 1 ? (seconds / (steps - 1)) * stepsLeft : 0) + Math.max(0, epochs - epoch + 1) * evaluation;
    },
  };
}

/** The engine blocks the event loop while it works: now and then signals must get their turn. */
function createYield(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < 50) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    last = performance.now();
  };
}
