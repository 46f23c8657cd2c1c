import type { Batch } from "../../data/batch-plan.ts";
import type { Batches } from "../../data/batches.ts";
import { positionOf, totalEpochs } from "../../program/phases.ts";
import { rateAt } from "../schedule.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { Losses, StepDone, TrainingEvent } from "./events.ts";
import { checkFinite } from "./finite-losses.ts";
import type { Pace } from "./pace.ts";
import type { Phases } from "./phases.ts";
import type { TrainingOptions } from "./run-training.ts";
import { addStep, meanLosses, type TrainingState } from "./state.ts";
import { isTrainingError, type TrainingError } from "./training-error.ts";

export interface EpochStepsOptions extends Pick<TrainingOptions, "program" | "trainer" | "maxSteps"> {
  readonly stepsPerEpoch: number;
  readonly phases: Phases;
  readonly pace: Pace;
  readonly checkpoints: Checkpoints;
  readonly report: (event: TrainingEvent) => TrainingError | undefined;
  /** Asked after every step; false ends the run. */
  readonly goesOn: () => Promise<boolean>;
}

/** Where the steps ended; a word says that the run is to stop in the middle, and that the state is worth keeping. */
export interface StepsOutcome {
  readonly state: TrainingState;
  readonly stopped?: "interrupted" | "step_limit" | TrainingError | undefined;
}

/** Trains the steps of an epoch, or what is left of them, from batches that begin at the state's step. */
export async function trainSteps(
  options: EpochStepsOptions,
  begun: TrainingState,
  batches: Batches,
): Promise<StepsOutcome> {
  const { maxSteps = Number.POSITIVE_INFINITY, pace, checkpoints, report, goesOn } = options;
  let state = begun;
  /** End of the last step: its distance to the next one's is a step's time, waiting for its batch included. */
  let mark = performance.now();
  try {
    for (let batch = await batches.next(); batch !== null; batch = await batches.next()) {
      if (state.totalSteps >= maxSteps) return { state, stopped: "step_limit" };
      const trained = await trainStep(options, state, batch);
      if (isTrainingError(trained)) return { state, stopped: trained };
      const { losses, rate } = trained;
      const now = performance.now();
      const seconds = (now - mark) / 1000;
      mark = now;
      pace.trained(seconds, batch.size);
      const sums = addStep(state.sums, losses, batch.size, rate, seconds);
      state = { ...state, step: state.step + 1, totalSteps: state.totalSteps + 1, sums };
      const error = report(stepEvent(options, state, rate));
      if (error !== undefined) return { state, stopped: error };
      if (!(await goesOn())) return { state, stopped: "interrupted" };
      if (checkpoints.isDue()) {
        const failed = await checkpoints.write(state);
        mark = performance.now();
        if (failed !== undefined) return { state, stopped: failed };
      }
    }
    return { state };
  } finally {
    await batches.close();
  }
}

/** One step at the rate of its place in the schedule. */
async function trainStep(
  { program, trainer, phases, stepsPerEpoch }: EpochStepsOptions,
  { epoch, step, totalSteps }: TrainingState,
  { input, label }: Batch,
): Promise<{ readonly losses: Losses; readonly rate: number } | TrainingError> {
  const position = positionOf(program, epoch);
  const rate = rateAt(program.recipe.rate, { ...position, step, stepsPerEpoch });
  trainer.setRate(rate);
  trainer.setEpoch(position.epoch);
  const frozen = phases.frozenAt(epoch, step);
  const { losses } = await trainer.step({ input, label, ...(frozen && { frozen }) });
  return checkFinite(program, losses, epoch, step + 1, totalSteps + 1) ?? { losses, rate };
}

function stepEvent({ program, stepsPerEpoch, pace }: EpochStepsOptions, state: TrainingState, rate: number): StepDone {
  return {
    kind: "step",
    epoch: state.epoch,
    epochs: totalEpochs(program),
    step: state.step,
    stepsPerEpoch,
    losses: meanLosses(state.sums),
    rate,
    imagesPerSecond: pace.imagesPerSecond(),
    secondsLeft: pace.secondsLeft(state),
  };
}
