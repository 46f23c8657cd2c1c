import { weightAt } from "../../program/loss-weight.ts";
import { phaseOf, positionOf } from "../../program/phases.ts";
import type { StepProgram } from "../../program/step-program.ts";
import type { EpochRecord, Evaluation } from "./events.ts";
import { meanLosses, type TrainingState } from "./state.ts";

/** What is kept of an epoch whose steps are all done. */
export function epochRecord(
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
