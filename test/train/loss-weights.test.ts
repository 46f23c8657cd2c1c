import { expect, test } from "vitest";
import { emitTypeScript } from "../../compiler/5-emit/index.ts";
import { openDataset } from "../../runtime/data/index.ts";
import { printProgram, weightAt } from "../../runtime/index.ts";
import { findCheckpoint, isTrainingError } from "../../runtime/train/loop/index.ts";
import { createTrainer, type Trainer } from "../../runtime/train/trainer.ts";
import { runEmitted } from "../compiler/emit/support/emitted.ts";
import { compileText, executors, withTrainer } from "../support/train-text.ts";
import { bitsOf, openTrainer, temporaryDirectory, trainInto, withoutEngine } from "./support/training.ts";

/** Two features through one dense layer; `small` is the mean square of its output, `low` its mean. */
const twoLosses = (weight: string, optimizer = "sgd()") => `
  backbone net() { unit f: dense(2)  unit g: dense(2) }
  head pull(module) {
    loss small = mean(square(module.output)) weight ${weight}
    loss low = mean(module.output) weight 0.5
  }
  model m {
    input [2]  classes 2  backbone net  split into 2 by units
    heads { local: pull  last: answer }
    train { batch: 2  epochs: 5  optimizer: ${optimizer}  rate: 0.1 }
  }
  head answer(module) {
    let logits = module.output
    loss classes = cross_entropy(logits, label)
    return logits
  }`;

const batch = { input: Float32Array.of(1, 2, -1, 0.5), label: Int32Array.of(0, 1) };
const kernel = Float32Array.of(0.5, -1, 0.25, 2);
const start = new Map([
  ["f.dense[1].kernel", kernel],
  ["f.dense[1].bias", Float32Array.of(0, 0)],
]);

/** y = x·kernel = [[1, 3], [−0.375, 2]]; of the mean square `xᵀ·2y/4`, of the mean `xᵀ·1/4`. */
const ofSmall = [0.6875, 0.5, 0.90625, 3.5];
const ofLow = [0, 0, 0.625, 0.625];

function expected(weight: number): number[] {
  return ofSmall.map((slope, index) => weight * slope + 0.5 * (ofLow[index] as number));
}

async function kernelGradient(trainer: Trainer, epoch: number): Promise<number[]> {
  trainer.setEpoch(epoch);
  return [...((await trainer.gradients(batch)).get("f.dense[1].kernel") ?? [])];
}

test("a weight over epochs goes in equal steps from its first epoch to its last, and stays there", () => {
  const at = (weight: Parameters<typeof weightAt>[0], epochs: number) =>
    [1, 2, 3, 4, 5].map((epoch) => weightAt(weight, { epoch, epochs }));
  expect(at({ start: 0, end: 1, epochs: 3 }, 5)).toEqual([0, 0.5, 1, 1, 1]);
  expect(at({ start: 2, end: 1 }, 5)).toEqual([2, 1.75, 1.5, 1.25, 1]);
  expect(at(0.7, 5)).toEqual([0.7, 0.7, 0.7, 0.7, 0.7]);
  expect(weightAt({ start: 2, end: 1 }, { epoch: 1, epochs: 1 })).toBe(2);
});

test.skipIf(withoutEngine).each(executors)(
  "gradients follow the weight of the epoch, to the hand-computed numbers, on the %s executor",
  async (executor) => {
    await withTrainer(twoLosses("schedule(0, 1, epochs = 3)"), executor, async (trainer) => {
      await trainer.setWeights(start);
      for (const [epoch, weight] of [
        [1, 0],
        [2, 0.5],
        [3, 1],
        [5, 1],
        [2, 0.5],
      ] as const) {
        const found = await kernelGradient(trainer, epoch);
        expect(found).toHaveLength(4);
        expected(weight).forEach((value, index) => {
          expect(found[index]).toBeCloseTo(value, 6);
        });
      }
    });
  },
);

test.skipIf(withoutEngine).each(executors)(
  "a weight that is given over epochs and one that is a number train alike, on the %s executor",
  async (executor) => {
    const stepWith = (weight: string, epoch: number) =>
      withTrainer(twoLosses(weight), executor, async (trainer) => {
        await trainer.setWeights(start);
        trainer.setEpoch(epoch);
        const { losses, totals } = await trainer.step(batch);
        return { losses, totals, after: [...((await trainer.weights()).get("f.dense[1].kernel") ?? [])] };
      });
    const scheduled = await stepWith("schedule(0, 1, epochs = 3)", 2);
    const constant = await stepWith("0.5", 1);
    expect(scheduled.losses).toEqual(constant.losses);
    expect(scheduled.losses["module[1].small"]).toBeCloseTo((1 + 9 + 0.140625 + 4) / 4, 6);
    expect(scheduled.totals).toEqual(constant.totals);
    scheduled.after.forEach((value, index) => {
      expect(value).toBeCloseTo(constant.after[index] as number, 6);
      expect(value).toBeCloseTo((kernel[index] as number) - 0.1 * (expected(0.5)[index] as number), 6);
    });
  },
);

test.skipIf(withoutEngine).each(executors)(
  "a loss whose weight begins at 0 lets its weights decay, and trains them later, on the %s executor",
  async (executor) => {
    const text = twoLosses("schedule(0, 1, epochs = 2)", "sgd(weight_decay = 0.1)").replace(/\n *loss low.*\n/, "\n");
    await withTrainer(text, executor, async (trainer) => {
      await trainer.setWeights(start);
      await trainer.step(batch);
      const decayed = [...((await trainer.weights()).get("f.dense[1].kernel") ?? [])];
      decayed.forEach((value, index) => {
        expect(value).toBeCloseTo(0.99 * (kernel[index] as number), 6);
      });
      await trainer.setWeights(start);
      trainer.setEpoch(2);
      await trainer.step(batch);
      const trained = [...((await trainer.weights()).get("f.dense[1].kernel") ?? [])];
      trained.forEach((value, index) => {
        const slope = (ofSmall[index] as number) + 0.1 * (kernel[index] as number);
        expect(value).toBeCloseTo((kernel[index] as number) - 0.1 * slope, 6);
      });
    });
  },
);

test("a program prints a weight over epochs as it is written, and one that never changes as a number", () => {
  expect(printProgram(compileText(twoLosses("schedule(1, 0.5, epochs = 4)")))).toContain(
    "loss module[1].small   module 1   weight schedule(1, 0.5, epochs = 4)",
  );
  expect(compileText(twoLosses("schedule(0.5, 0.5)")).losses[0]?.weight).toBe(0.5);
});

test.skipIf(withoutEngine).each(executors)(
  "an emitted network follows its weights over epochs, bit for bit, on the %s executor",
  async (executor) => {
    const program = compileText(fourModules((of) => `schedule(0, ${of})`));
    const [emitted] = emitTypeScript({ program, sourceFile: "net.llnet" });
    const { createNetwork } = runEmitted(emitted?.text ?? "");
    const train = async (trainer: Trainer) => {
      for (const epoch of [1, 2, 3]) {
        trainer.setEpoch(epoch);
        await trainer.step(images);
      }
      const weights = await trainer.weights();
      trainer.dispose();
      return weights;
    };
    expect(await train(await createNetwork({ executor }))).toEqual(
      await train(await createTrainer(program, { executor })),
    );
  },
);

/** Four convolutional modules with losses of every kind, each with weights of its own. */
const fourModules = (weight: (of: string) => string) => `
  block unit_of(x, channels: int) { return x |> conv(channels, 3) |> batch_norm |> relu }
  backbone net() { for i in 1..4 { unit f[i]: unit_of(4) } }
  head both(module, far) {
    let logits = module.output |> mean_of |> dense(classes)
    loss classes = cross_entropy(logits, label) weight ${weight("far")}
    loss again = mean(square(module.output |> conv(2, 1))) weight ${weight("0.5")}
  }
  head answer(module) {
    let logits = module.output |> mean_of |> dense(classes)
    loss classes = cross_entropy(logits, label) weight ${weight("2")} reach 2
    return logits
  }
  block mean_of(x) { return x |> mean(axes = [1, 2]) }
  model m {
    input [4, 4, 3]  classes 3  backbone net  split into 4 by units
    heads { local: both(lerp(1, 3))  last: answer }
    train { batch: 3  epochs: 3  optimizer: sgd(momentum = 0.9, weight_decay = 0.01)  rate: 0.1 }
  }`;

const images = {
  input: Float32Array.from({ length: 3 * 48 }, (_, i) => Math.sin(1 + 1.7 * i)),
  label: Int32Array.of(0, 1, 2),
};

test.skipIf(withoutEngine).each(executors)(
  "every module's gradients follow its own weights over epochs, reach included, on the %s executor",
  async (executor) => {
    const gradients = (weight: (of: string) => string, epoch: number) =>
      withTrainer(fourModules(weight), executor, async (trainer) => {
        trainer.setEpoch(epoch);
        return trainer.gradients(images);
      });
    const scheduled = await gradients((of) => `schedule(0, ${of})`, 2);
    const constant = await gradients((of) => `${of} / 2.0`, 1);
    expect([...scheduled.keys()]).toEqual([...constant.keys()]);
    for (const [address, expectedValues] of constant) {
      const found = scheduled.get(address) as Float32Array;
      const largest = Math.max(...expectedValues.map(Math.abs));
      expectedValues.forEach((value, index) => {
        expect(Math.abs((found[index] as number) - value)).toBeLessThanOrEqual(1e-5 * Math.max(largest, 1e-3));
      });
    }
    // The same network at its first epoch: every gradient is there, and is zero.
    const first = await gradients((of) => `schedule(0, ${of})`, 1);
    expect([...first.keys()]).toEqual([...constant.keys()]);
    expect([...first.values()].every((values) => values.every((value) => value === 0))).toBe(true);
  },
);

const onImages = (weight: string) => `
  backbone net() { unit f: flatten |> dense(8) |> relu  unit g: dense(5) }
  head pull(module) { loss small = mean(square(module.output)) weight ${weight} }
  head answer(module) { loss classes = cross_entropy(module.output, label)  return module.output }
  model m {
    input [8, 8, 3]  classes 5  backbone net  split into 2 by units
    heads { local: pull  last: answer }
    train { batch: 12  epochs: 4  optimizer: sgd(momentum = 0.9)  rate: 0.01 }
  }`;

test.skipIf(withoutEngine).each([3, 5, 8])(
  "a run stopped after %i steps goes on with the weights of its epoch and ends with the same bits",
  async (steps) => {
    const program = compileText(onImages("schedule(0, 2, epochs = 4)"));
    const { dataset, error } = await openDataset("synthetic:5x8x8x3:50:20", { classes: 5 });
    if (dataset === null) throw new Error(error.message);
    const whole = await openTrainer(program);
    const { outcome } = await trainInto(temporaryDirectory(), whole, { dataset });
    expect(outcome.state.epochs.map(({ losses, train }) => train.total - (losses["module[2].classes"] ?? 0))).toEqual(
      outcome.state.epochs.map(({ losses }, index) =>
        expect.closeTo((2 / 3) * index * (losses["module[1].small"] ?? 0), 6),
      ),
    );

    const directory = temporaryDirectory();
    await trainInto(directory, await openTrainer(program), { dataset, maxSteps: steps });
    const checkpoint = findCheckpoint(directory);
    if (isTrainingError(checkpoint)) throw new Error(checkpoint.message);
    const continued = await openTrainer(program);
    await continued.load(checkpoint.weights);
    await trainInto(directory, continued, { dataset, from: checkpoint.state });
    expect(await bitsOf(continued)).toEqual(await bitsOf(whole));

    const without = await openTrainer(compileText(onImages("0")));
    await trainInto(temporaryDirectory(), without, { dataset });
    expect(await bitsOf(without)).not.toEqual(await bitsOf(whole));
  },
);
