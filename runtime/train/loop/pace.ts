import type { TrainingState } from "./state.ts";

export interface Pace {
  trained(stepSeconds: number, size: number): void;
  /** All of an epoch's evaluations together. */
  evaluated(evaluationSeconds: number): void;
  imagesPerSecond(): number;
  /** Of the whole run; evaluations count once there was one. */
  secondsLeft(state: Pick<TrainingState, "epoch" | "step">): number;
}

/** Speed of this process' own steps, and what it promises for the rest. */
export function createPace(epochs: number, stepsPerEpoch: number): Pace {
  let seconds = 0;
  let steps = 0;
  let images = 0;
  let evaluation = 0;
  return {
    trained(stepSeconds, size) {
      // The first step also pays for the engine's own preparations.
      if (steps++ === 0) return;
      seconds += stepSeconds;
      images += size;
    },
    evaluated(evaluationSeconds) {
      evaluation = evaluationSeconds;
    },
    imagesPerSecond: () => (seconds > 0 ? images / seconds : 0),
    secondsLeft({ epoch, step }) {
      const stepsLeft = Math.max(0, (epochs - epoch + 1) * stepsPerEpoch - step);
      return (steps > 1 ? (seconds / (steps - 1)) * stepsLeft : 0) + Math.max(0, epochs - epoch + 1) * evaluation;
    },
  };
}
