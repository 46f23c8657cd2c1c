/** Which epoch of a trial its number is of, and how it was chosen. */
import type { EpochRecord } from "../../runtime/train/loop/index.ts";
import type { TrialState } from "./store.ts";

/** The best by its validation accuracy where images were held out, else the last; never one chosen by test accuracy. */
export function chosenEpoch(state: TrialState, epochs: readonly EpochRecord[]): EpochRecord | undefined {
  const best = state.status === "done" ? state.result.document.best?.epoch : undefined;
  return best === undefined ? epochs.at(-1) : epochs.find(({ epoch }) => epoch === best);
}

/** Of steps and evaluations. */
export function secondsOf(epochs: readonly EpochRecord[]): number {
  return epochs.reduce(
    (sum, { seconds, validation, test }) => sum + seconds + (validation?.seconds ?? 0) + test.seconds,
    0,
  );
}
