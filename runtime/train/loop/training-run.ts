import type { Prefetcher } from "../../data/prefetcher.ts";
import { holdOut } from "../../data/validation-split.ts";
import { totalEpochs } from "../../program/phases.ts";
import { bestEpoch } from "./best-epoch.ts";
import { createCheckpoints } from "./checkpoints.ts";
import { createEpochBatches } from "./epoch-batches.ts";
import { epochRecord } from "./epoch-record.ts";
import { type StepsOutcome, trainSteps } from "./epoch-steps.ts";
import { createYield } from "./event-loop-turn.ts";
import type { Evaluation, TrainingEvent } from "./events.ts";
import { measure } from "./measure.ts";
import { createPace } from "./pace.ts";
import { createPhases } from "./phases.ts";
import type { TrainingOptions, TrainingOutcome } from "./run-training.ts";
import { emptySums, initialState } from "./state.ts";
import type { TrainingError } from "./training-error.ts";

/** The epochs of one process' part of a run, from the state it begins with. */
export function createTrainingRun(options: TrainingOptions, prefetcher: Prefetcher) {
  const { program, trainer, maxSteps = Number.POSITIVE_INFINITY } = options;
  const { recipe } = program;
  const dataset = holdOut(options.dataset, recipe.validation);
  const stepsPerEpoch = Math.ceil(dataset.train.count / recipe.batch);
  const epochs = totalEpochs(program);
  const stopRequested = options.stopRequested ?? (() => false);
  const report = (event: TrainingEvent): TrainingError | undefined => options.onEvent(event);
  const batchesOf = createEpochBatches({ recipe, dataset, prefetcher });
  const checkpoints = createCheckpoints(options, report);
  const pace = createPace(epochs, stepsPerEpoch);
  const yieldNow = createYield();
  let state = options.from ?? initialState;
  const phases = createPhases({
    ...{ program, trainer, dataset, report, goesOn },
    trainingImages: () => batchesOf({ split: "train", epoch: state.epoch, shuffle: false }),
  });
  const steps = { program, trainer, maxSteps, stepsPerEpoch, phases, pace, checkpoints, report, goesOn };

  async function train(): Promise<TrainingOutcome> {
    const { epoch, step } = state;
    const resumed = options.from !== undefined;
    let error = report({ kind: "started", epoch, step, resumed, epochs, stepsPerEpoch, batch: recipe.batch });
    if (error === undefined && !resumed) error = await checkpoints.write(state);
    while (error === undefined && state.epoch <= epochs) {
      const stopped = (await phases.begin(state.epoch)) ?? (await trainEpoch());
      if (typeof stopped === "string") return finish(stopped, await checkpoints.write(state));
      error = stopped;
      if (error === undefined && state.totalSteps >= maxSteps && state.epoch <= epochs) return finish("step_limit");
    }
    return finish("finished", error);
  }

  function finish(reason: TrainingOutcome["reason"], error?: TrainingError): TrainingOutcome {
    return error === undefined ? { reason, state } : { reason: "failed", state, error };
  }

  /** One epoch, or the rest of one. A word says that the run is to stop in the middle; the state is then worth keeping. */
  async function trainEpoch(): Promise<StepsOutcome["stopped"]> {
    const { epoch, step } = state;
    if (step < stepsPerEpoch) {
      const trained = await trainSteps(steps, state, batchesOf({ split: "train", epoch, startBatch: step }));
      state = trained.state;
      if (trained.stopped !== undefined) return trained.stopped;
    }
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
      (await checkpoints.write(state)) ??
      (stopRequested() && state.epoch <= epochs ? "interrupted" : undefined)
    );
  }

  function evaluate(split: "validation" | "test"): Promise<Evaluation | null> {
    const { epoch } = state;
    return measure({
      program,
      trainer,
      batches: batchesOf({ split, epoch }),
      onProgress(share) {
        report({ kind: "evaluation", epoch, epochs, ...(split === "validation" && { split }), share });
        return goesOn();
      },
    });
  }

  /** Where the epoch just finished is the best one so far. */
  async function keepBest(epoch: number): Promise<TrainingError | undefined> {
    if (bestEpoch(program, state.epochs)?.epoch !== epoch) return undefined;
    const written = await options.keepBest?.(state);
    return typeof written === "string" ? undefined : written;
  }

  async function goesOn(): Promise<boolean> {
    await yieldNow();
    return !stopRequested();
  }

  return { train };
}
