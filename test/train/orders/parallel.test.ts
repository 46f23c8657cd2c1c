/** `order: parallel`: modules of a step run at the same time and compute what they compute one after the other. */
import { expect, onTestFinished, test } from "vitest";
import { orderProcedure } from "../../../runtime/execute/graph/ordering.ts";
import { planMemory, stepPeakBytes } from "../../../runtime/program/plan.ts";
import type { StepProgram } from "../../../runtime/program/step-program.ts";
import { createTrainer, type Trainer } from "../../../runtime/train/trainer.ts";
import { makeBatch } from "../../runtime/support/batches.ts";
import { compileText, executors } from "../../support/train-text.ts";
import { withoutEngine } from "../support/training.ts";

function network(train: string): StepProgram {
  return compileText(`
    import { resnet_cifar }       from "std/backbones"
    import { classifier }         from "std/heads"
    import { momentum }           from "std/man"
    model net {
      input [8, 8, 3]  classes 3  backbone resnet_cifar(depth = 8)  split into 3
      heads { local: momentum  last: classifier }
      train { batch: 6  optimizer: sgd(momentum = 0.9, weight_decay = 0.001)  rate: 0.05  ${train} }
    }`);
}

const [parallel, simultaneous] = [network("order: parallel"), network("")];

async function open(program: StepProgram, executor: (typeof executors)[number]): Promise<Trainer> {
  const trainer = await createTrainer(program, { executor });
  onTestFinished(() => trainer.dispose());
  return trainer;
}

test("the programs are the same instructions; only the graph's order of them is freer", () => {
  expect(parallel.procedures).toEqual(simultaneous.procedures);
  expect(parallel.recipe.order).toBe("parallel");
  const { train } = parallel.procedures;
  expect(orderProcedure(train).waitsFor.filter((join) => join !== undefined).length).toBeGreaterThan(3);
  expect(orderProcedure(train, { modulesWait: false }).waitsFor.every((join) => join === undefined)).toBe(true);
});

test.skipIf(withoutEngine).each(executors)(
  "ten steps give the weights, averages and statistics of modules that wait, on the %s executor",
  async (executor) => {
    const [free, waiting] = [await open(parallel, executor), await open(simultaneous, executor)];
    for (let step = 0; step < 10; step += 1) {
      const batch = makeBatch(parallel, 6, step);
      const [found, expected] = [await free.step(batch), await waiting.step(batch)];
      for (const [name, loss] of Object.entries(expected.losses)) expect(found.losses[name]).toBeCloseTo(loss, 5);
    }
    const weights = await free.weights();
    for (const [address, values] of await waiting.weights()) {
      const own = weights.get(address) as Float32Array;
      const largest = values.reduce((most, value, at) => Math.max(most, Math.abs(value - (own[at] as number))), 0);
      expect({ address, near: largest < 1e-5 }).toEqual({ address, near: true });
    }
  },
);

test("its planned memory is a bound: every module may be at its peak at once", () => {
  const one = planMemory(simultaneous.procedures.train, 6).peakBytes;
  expect(stepPeakBytes(simultaneous)).toBe(one);
  expect(stepPeakBytes(parallel)).toBeGreaterThan(one);
  expect(stepPeakBytes(parallel)).toBeLessThanOrEqual(3 * one);
});
