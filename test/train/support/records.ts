import type { EpochRecord, Evaluation } from "../../../runtime/train/loop/index.ts";

/** A record of a made-up epoch, with a validation accuracy where one is given. */
export function recordOf(epoch: number, validation?: number, test = 0.5): EpochRecord {
  const evaluation = (accuracy: number): Evaluation => ({
    samples: 10,
    accuracy,
    accuracies: {},
    losses: {},
    seconds: 0,
  });
  return {
    epoch,
    losses: {},
    train: { steps: 5, samples: 50, rate: 0.1, total: 1 },
    ...(validation !== undefined && { validation: evaluation(validation) }),
    test: evaluation(test),
    seconds: 1,
    imagesPerSecond: 50,
  };
}
