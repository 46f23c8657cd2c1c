import { expect, test } from "vitest";
import { rateAt } from "../../runtime/train/schedule.ts";

const infopro = { kind: "cosine", peak: 0.8, warmup: 10, start: 0.01, per: "epoch" } as const;

// Computed from InfoPro's released code over 160 epochs.
test.each([
  [0.8, 1, 0.01],
  [0.8, 2, 0.0889691614],
  [0.8, 5, 0.3252295563],
  [0.8, 10, 0.7140827009],
  [0.8, 11, 0.7907063525],
  [0.8, 40, 0.6828427125],
  [0.8, 80, 0.4],
  [0.8, 120, 0.1171572875],
  [0.8, 150, 0.0076858878],
  [0.8, 159, 0.0000771038],
  [0.8, 160, 0],
  [0.1, 1, 0.01],
  [0.1, 2, 0.0189961452],
  [0.1, 5, 0.0459036945],
  [0.1, 10, 0.0901353376],
  [0.1, 11, 0.0988382941],
])("cosine with peak %f and warm-up has InfoPro's rate in epoch %i", (peak, epoch, rate) => {
  expect(rateAt({ ...infopro, peak }, { epoch, epochs: 160 })).toBeCloseTo(rate, 10);
});

test("the last epoch of a cosine has rate exactly 0", () => {
  expect(rateAt({ ...infopro, warmup: 0 }, { epoch: 7, epochs: 7 })).toBe(0);
});

test("a cosine evaluated per step starts at `start`, falls within an epoch and ends at 0", () => {
  const perStep = { ...infopro, per: "step" } as const;
  const at = (epoch: number, step: number): number => rateAt(perStep, { epoch, epochs: 160, step, stepsPerEpoch: 49 });
  expect(at(1, 0)).toBe(0.01);
  expect(at(80, 20)).toBeLessThan(at(80, 19));
  expect(at(160, 48)).toBe(0);
});

test("steps drop in the epoch of the milestone", () => {
  const schedule = { kind: "steps", initial: 0.1, factor: 0.1, at: [80, 120], warmup: 0, start: 0 } as const;
  expect(rateAt(schedule, { epoch: 79, epochs: 160 })).toBe(0.1);
  expect(rateAt(schedule, { epoch: 80, epochs: 160 })).toBeCloseTo(0.01, 12);
  expect(rateAt(schedule, { epoch: 120, epochs: 160 })).toBeCloseTo(0.001, 12);
});

test("a constant rate stays as it is", () => {
  expect(rateAt({ kind: "constant", value: 0.003 }, { epoch: 3, epochs: 5 })).toBe(0.003);
});
