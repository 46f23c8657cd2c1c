/**
 * Windows of modules, copies and averages of units, and a shared dictionary: every gradient against the golden ones. The heads are
 * the library's own.
 */
import { expect, test } from "vitest";
import { executors, withTrainer } from "../support/train-text.ts";
import { expectAllNear } from "./sine-weights.ts";
import {
  a1,
  a2,
  backbone,
  batch,
  classifier,
  type Dense,
  expectGradients,
  expectLosses,
  expectSignatures,
  measureIsolation,
  toyModel,
  weights,
} from "./toy-weights.ts";

const mlaan = toyModel(
  `split after f[1], f[2]
   heads { 1: off  2: mlaan([f[3]])  last: windowed }
   train { batch: 2 }`,
  'import { mlaan, windowed } from "std/mlaan"',
);
const mlaanWeights = weights({
  ...backbone,
  "head[2].dense[1]": [53, 4, 3],
  "head[2].clone[1].dense[1]": [82, 4, 4],
  "head[2].ema[1].dense[1]": [92, 4, 4],
  "head[2].dense[2]": [54, 4, 3],
  "head[3].dense[1]": classifier,
});

test.for(executors)("MLAAN: windows of two modules and a chain of later blocks, T2 (%s)", async (executor) => {
  await withTrainer(mlaan, executor, async (trainer) => {
    await trainer.setWeights(mlaanWeights);
    await expectLosses(trainer, {
      "module[2].alone": 1.095521,
      "module[2].cascade": 1.0984022,
      "module[3].cascade": 1.0835747,
    });
    await expectGradients(trainer, {
      "f[1].dense[1]": [-0.0193946, 0.0006489],
      "f[2].dense[1]": [-0.0236034, 0.0019847],
      "f[3].dense[1]": [0.0570676, 0.014257],
      "head[3].dense[1]": [0.1524668, 0.1569493],
      "head[2].clone[1].dense[1]": [0.0292108, 0.0093894],
      "head[2].dense[1]": [0.0000784, 2e-7],
      "head[2].dense[2]": [0.1210489, 0.1670053],
    });
  });
});

test.for(executors)("a copy and an average begin as the unit they are made of (%s)", async (executor) => {
  await withTrainer(mlaan, executor, async (trainer) => {
    const initial = await trainer.weights();
    const unit = initial.get("f[3].dense[1].kernel");
    expect(initial.get("head[2].clone[1].dense[1].kernel")).toEqual(unit);
    expect(initial.get("head[2].ema[1].dense[1].kernel")).toEqual(unit);
    expect(initial.get("f[2].dense[1].kernel")).not.toEqual(unit);
  });
});

test("a loss of reach 2 trains two modules; an average is trained by none", async () => {
  expect(await measureIsolation(mlaan, mlaanWeights)).toEqual([
    "module[2].alone: f[2] head[2]",
    "module[2].cascade: f[1] f[2] head[2]",
    "module[3].cascade: f[2] f[3] head[3]",
  ]);
});

const man = toyModel(
  `split after f[1], f[2]
   heads { local: momentum(decay = 0.9, then = linear_logits)  last: classifier }
   train { batch: 2  optimizer: sgd(momentum = 0.9, weight_decay = 0.1)  rate: 0.1 }`,
  `import { linear_logits } from "std/backlink"
   import { classifier } from "std/heads"
   import { momentum } from "std/man"`,
);
const manWeights = weights({
  ...backbone,
  "head[1].clone[1].dense[1]": [81, 4, 4],
  "head[1].ema[1].dense[1]": [91, 4, 4],
  "head[1].dense[1]": a1,
  "head[2].clone[1].dense[1]": [82, 4, 4],
  "head[2].ema[1].dense[1]": [92, 4, 4],
  "head[2].dense[1]": a2,
  "head[3].dense[1]": classifier,
});

test.for(executors)("MAN: the next module's first block, copied and averaged, T3 (%s)", async (executor) => {
  await withTrainer(man, executor, async (trainer) => {
    await trainer.setWeights(manWeights);
    await expectLosses(trainer, {
      "module[1].classes": 1.1165513,
      "module[2].classes": 1.0856337,
      "module[3].classes": 1.0835747,
    });
    await expectGradients(trainer, {
      "f[1].dense[1]": [0.157455, 0.037225],
      "f[2].dense[1]": [-0.006098, 0.0007442],
      "head[1].clone[1].dense[1]": [0.0163639, 0.2996679],
      "head[2].clone[1].dense[1]": [0.0144678, 0.0049559],
      "head[1].dense[1]": [0.2015456, 0.1750147],
      "head[2].dense[1]": [0.1545925, 0.1578956],
    });
    // Averages move after the backward pass, towards the weights before the step: neither rate nor decay is in them.
    await trainer.step(batch);
    expectSignatures(await trainer.weights(), {
      "head[1].ema[1].dense[1]": [0.7303574, 1.3712899],
      "head[2].ema[1].dense[1]": [-0.8085295, 2.2918714],
    });
  });
});

test("an average passes gradients to its input and has no optimizer state", async () => {
  expect(await measureIsolation(man, manWeights)).toEqual([
    "module[1].classes: f[1] head[1]",
    "module[2].classes: f[2] head[2]",
    "module[3].classes: f[3] head[3]",
  ]);
});

/** D[z][c] = sin(1 + 2z + c), three classes of width six. */
const dictionary = Float32Array.from({ length: 18 }, (_, flat) => Math.sin(1 + 2 * Math.floor(flat / 6) + (flat % 6)));

// The classifier is a module of its own, as in `simple` of the library.
const dcl = `
  import { dcl } from "std/dcl"
  import { classifier } from "std/heads"
  backbone toy() {
    for l in 1..3 { unit f[l]: dense(4) |> tanh }
    unit output: pool_all
  }
  model net {
    input [3] classes 3 backbone toy()
    split into 4
    heads { local: dcl(6)  last: classifier }
    train { batch: 2 }
  }`;
const dclLayers: Record<string, Dense> = { ...backbone, "head[4].dense[1]": classifier };
const dclWeights = weights(dclLayers).set("shared.dictionary", dictionary);

test.for(executors)("DCL: one dictionary for all modules, gradients summed, T4 (%s)", async (executor) => {
  await withTrainer(dcl, executor, async (trainer) => {
    await trainer.setWeights(dclWeights);
    await expectLosses(trainer, {
      "module[1].similar": 1.7596335,
      "module[2].similar": 1.1871022,
      "module[3].similar": 1.0817245,
      "module[4].classes": 1.0835747,
    });
    await expectGradients(trainer, {
      "f[1].dense[1]": [-2.193133, 3.4338511],
      "f[2].dense[1]": [1.3498372, 1.1826898],
      "f[3].dense[1]": [0.540575, 0.2553978],
      "shared.dictionary": [0.0745192, 0.7776021],
      "head[4].dense[1]": [0.1524668, 0.1569493],
    });
  });
});

test.for(executors)("a shared dictionary moves once per step, by the sum of its gradients (%s)", async (executor) => {
  const plain = dcl.replace("train { batch: 2 }", "train { batch: 2  optimizer: sgd()  rate: 0.1 }");
  await withTrainer(plain, executor, async (trainer) => {
    await trainer.setWeights(dclWeights);
    const gradient = (await trainer.gradients(batch)).get("shared.dictionary") ?? new Float32Array();
    await trainer.step(batch);
    const moved = (await trainer.weights()).get("shared.dictionary") ?? new Float32Array();
    expectAllNear(
      moved,
      [...dictionary].map((value, index) => value - 0.1 * (gradient[index] ?? 0)),
    );
  });
});

test("a shared dictionary is trained by every loss that uses it, and by no other", async () => {
  expect(await measureIsolation(dcl, dclWeights)).toEqual([
    "module[1].similar: f[1] shared.dictionary",
    "module[2].similar: f[2] shared.dictionary",
    "module[3].similar: f[3] shared.dictionary",
    "module[4].classes: head[4]",
  ]);
});
