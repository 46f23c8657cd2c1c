/** Dropout and drop path in a whole program: seeded by run, step and place, equal on all executors. */
import { expect, test } from "vitest";
import type { Trainer } from "../../runtime/train/trainer.ts";
import { executors, withTrainer } from "../support/train-text.ts";
import { wave } from "./harness.ts";

const text = `
  backbone net() {
    unit first: dense(16) |> dropout(0.5) |> relu
    unit second(x) { return x + (x |> dense(16) |> gelu |> drop_path(0.5)) }
    unit last: layer_norm |> dense(3)
  }
  head task(module) { loss classes = cross_entropy(module.output, label) }
  model net {
    input [8]  classes 3  backbone net()
    heads { last: task }
    train { optimizer: adam()  rate: constant(0.05)  batch: 6  seed: 3 }
  }`;

const batch = { input: wave(48, 0), label: Int32Array.of(0, 1, 2, 0, 1, 2) };

test("all executors draw the same masks", async () => {
  const [eager, ...others] = await Promise.all(
    executors.map((executor) => withTrainer(text, executor, (t) => losses(t, 4))),
  );
  expect(others).toHaveLength(executors.length - 1);
  for (const found of others) {
    expect(found).toHaveLength(4);
    for (const [step, loss] of found.entries()) expect(loss).toBeCloseTo(eager?.[step] as number, 5);
  }
});

test.each(executors)(
  "masks follow seed and step alone, so a run goes on as if it had not stopped (%s)",
  async (executor) => {
    await withTrainer(text, executor, async (whole) => {
      await losses(whole, 2);
      const [weights, slots] = [await whole.weights(), await whole.optimizerState()];
      const expected = await losses(whole, 2);
      await withTrainer(text, executor, async (rest) => {
        await rest.setWeights(weights);
        await rest.setOptimizerState(slots);
        rest.stepCount = 2;
        expect(await losses(rest, 2)).toEqual(expected);
        // The same weights with the masks of other steps lose something else.
        await rest.setWeights(weights);
        await rest.setOptimizerState(slots);
        rest.stepCount = 7;
        expect(await losses(rest, 2)).not.toEqual(expected);
      });
    });
  },
);

test.each(executors)("gradients are those of the step to come, and evaluation draws nothing (%s)", async (executor) => {
  await withTrainer(text, executor, async (trainer) => {
    expect(await trainer.gradients(batch)).toEqual(await trainer.gradients(batch));
    const first = await trainer.gradients(batch);
    trainer.stepCount = 1;
    expect(await trainer.gradients(batch)).not.toEqual(first);
    const evaluated = await trainer.evaluate(batch);
    trainer.stepCount = 2;
    expect(await trainer.evaluate(batch)).toEqual(evaluated);
    expect(trainer.program.procedures.evaluate.inputs.map(({ name }) => name)).not.toContain("seed");
  });
});

test("every place has masks of its own", async () => {
  await withTrainer(text.replace("drop_path(0.5)", "dropout(0.5)"), "eager", async ({ program }) => {
    const seeds = program.procedures.train.instructions.filter(({ primitive }) => primitive === "derive_seed");
    expect(new Set(seeds.map(({ attributes }) => attributes.stream)).size).toBe(2);
  });
});

async function losses(trainer: Trainer, steps: number): Promise<number[]> {
  const found: number[] = [];
  for (let step = 0; step < steps; step++) found.push((await trainer.step(batch)).totals[1] as number);
  return found;
}
