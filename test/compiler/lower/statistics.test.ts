/** Running statistics with overlapping scopes: once per step, or once per scope, against hand arithmetic. */
import { expect, test } from "vitest";
import { createTrainer } from "../../../runtime/train/trainer.ts";
import { compileText, type ExecutorName, executors } from "../../support/train-text.ts";

/** Three modules, each a batch normalisation; losses of their own, and windows of two from the second module on. */
function network(train: string): string {
  return `
    backbone net() {
      unit first: batch_norm
      unit second: batch_norm
      unit third: batch_norm
    }
    head windows(module) {
      loss alone  = cross_entropy(module.output |> dense(classes), label) weight 0.5
      loss window = cross_entropy(module.output |> dense(classes), label) reach if module.index > 1 { 2 } else { 1 }
    }
    head last_head(module) { loss classes = cross_entropy(module.output |> dense(classes), label) reach 2 }
    model net {
      input [2]  classes 2  backbone net  split after first, second
      heads { local: windows  last: last_head }
      train { batch: 3  optimizer: sgd  rate: 0  ${train} }
    }`;
}

// Columns 1, 3, 5 and 2, 5, 11: means 3 and 6, unbiased variances 4 and 21.
const batch = { input: Float32Array.of(1, 2, 3, 5, 5, 11), label: Int32Array.of(0, 1, 1) };

async function statistics(train: string, executor: ExecutorName) {
  const trainer = await createTrainer(compileText(network(train)), { executor });
  try {
    await trainer.step(batch);
    const weights = await trainer.weights();
    const of = (unit: string, name: string): number[] => [...(weights.get(`${unit}.batch_norm[1].${name}`) ?? [])];
    return {
      firstMean: of("first", "mean"),
      firstVariance: of("first", "variance"),
      secondVariance: of("second", "variance"),
      thirdVariance: of("third", "variance"),
    };
  } finally {
    trainer.dispose();
  }
}

/** `n` updates `r ← 0.9·r + 0.1·batch`, one after the other. */
function after(times: number, start: number, towards: number): number {
  let value = start;
  for (let time = 0; time < times; time += 1) value = 0.9 * value + 0.1 * towards;
  return value;
}

/** What a normalised column has: mean 0 and, of three samples, the unbiased variance 1.5 (but for epsilon). */
const normalised = 1.5;

test.each(executors)("statistics move once per step unless asked otherwise, on the %s executor", async (executor) => {
  const found = await statistics("", executor);
  [3, 6].forEach((mean, column) => {
    expect(found.firstMean[column]).toBeCloseTo(after(1, 0, mean), 5);
  });
  [4, 21].forEach((variance, column) => {
    expect(found.firstVariance[column]).toBeCloseTo(after(1, 1, variance), 5);
  });
  expect(found.secondVariance[0]).toBeCloseTo(after(1, 1, normalised), 4);
});

test.each(executors)(
  "per execution, they move once for every scope the unit lies in, on the %s executor",
  async (executor) => {
    const found = await statistics("statistics: per_execution", executor);
    // First module: its own scope and the second's window. Its two losses have one scope: both begin where it begins.
    [3, 6].forEach((mean, column) => {
      expect(found.firstMean[column]).toBeCloseTo(after(2, 0, mean), 5);
    });
    [4, 21].forEach((variance, column) => {
      expect(found.firstVariance[column]).toBeCloseTo(after(2, 1, variance), 5);
    });
    // Second: alone, its window, and the last module's. Last: its window.
    expect(found.secondVariance[0]).toBeCloseTo(after(3, 1, normalised), 4);
    expect(found.thirdVariance[0]).toBeCloseTo(after(1, 1, normalised), 4);
  },
);
