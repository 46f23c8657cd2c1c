/**
 * One network trained as a whole, greedily, with context and with transport: every gradient against the golden ones. Heads are the
 * library's own; its encoders of contexts are convolutions, so the toy's are written here.
 */
import { expect, test } from "vitest";
import { executors, withTrainer } from "../support/train-text.ts";
import { expectNear } from "./sine-weights.ts";
import {
  a1,
  a2,
  backbone,
  batch,
  classifier,
  expectGradients,
  expectLosses,
  measureIsolation,
  toyModel,
  weights,
} from "./toy-weights.ts";

const imports = 'import { classifier, greedy } from "std/heads"';
const three = "split after f[1], f[2] heads { local: greedy  last: classifier } train { batch: 2 }";
const heads = { "head[1].dense[1]": a1, "head[2].dense[1]": a2, "head[3].dense[1]": classifier };

test.for(executors)("end to end: loss and gradients are the golden ones (%s)", async (executor) => {
  await withTrainer(toyModel("heads { last: classifier } train { batch: 2 }", imports), executor, async (trainer) => {
    await trainer.setWeights(weights({ ...backbone, "head[1].dense[1]": classifier }));
    await expectLosses(trainer, { "module[1].classes": 1.0835747 });
    await expectGradients(trainer, {
      "f[1].dense[1]": [0.0465903, 0.0050814],
      "f[2].dense[1]": [-0.0285479, 0.0032842],
      "f[3].dense[1]": [0.0570676, 0.014257],
      "head[1].dense[1]": [0.1524668, 0.1569493],
    });
  });
});

test.for(executors)("greedy in three modules: each loss trains its own module, T0 (%s)", async (executor) => {
  await withTrainer(toyModel(three, imports), executor, async (trainer) => {
    await trainer.setWeights(weights({ ...backbone, ...heads }));
    await expectLosses(trainer, {
      "module[1].classes": 1.0451491,
      "module[2].classes": 1.0690208,
      "module[3].classes": 1.0835747,
    });
    await expectGradients(trainer, {
      "f[1].dense[1]": [-0.4757479, 0.4515489],
      "f[2].dense[1]": [0.1079535, 0.1386948],
      "f[3].dense[1]": [0.0570676, 0.014257],
      "head[1].dense[1]": [0.0284032, 0.4631647],
      "head[2].dense[1]": [0.0818036, 0.1747006],
      "head[3].dense[1]": [0.1524668, 0.1569493],
    });
  });
});

const contextImage = toyModel(`context { 2..last: input |> dense(4) |> tanh } ${three}`, imports);
const imageWeights = weights({
  ...backbone,
  ...heads,
  "context[2].dense[1]": [61, 3, 4],
  "context[3].dense[1]": [62, 3, 4],
});

test.for(executors)("context of the image, T1 E (%s)", async (executor) => {
  await withTrainer(contextImage, executor, async (trainer) => {
    await trainer.setWeights(imageWeights);
    await expectLosses(trainer, {
      "module[1].classes": 1.0451491,
      "module[2].classes": 1.0363071,
      "module[3].classes": 1.1001487,
    });
    await expectGradients(trainer, {
      "f[1].dense[1]": [-0.4757479, 0.4515489],
      "head[1].dense[1]": [0.0284032, 0.4631647],
      "f[2].dense[1]": [0.1827711, 0.2523073],
      "f[3].dense[1]": [0.038869, 0.0820377],
      "head[3].dense[1]": [0.2210264, 0.190517],
      "head[2].dense[1]": [-0.0072817, 0.2583615],
      "context[2].dense[1]": [-0.1651928, 0.1273068],
      "context[3].dense[1]": [0.0277412, 0.035047],
    });
  });
});

const contextBefore = toyModel(
  `context { 2..last: module.previous.input |> dense(module.previous.output.features) |> tanh } ${three}`,
  imports,
);
const beforeWeights = weights({
  ...backbone,
  ...heads,
  "context[2].dense[1]": [71, 3, 4],
  "context[3].dense[1]": [72, 4, 4],
});

test.for(executors)("context of what the module before was given, T1 R1 (%s)", async (executor) => {
  await withTrainer(contextBefore, executor, async (trainer) => {
    await trainer.setWeights(beforeWeights);
    await expectLosses(trainer, {
      "module[1].classes": 1.0451491,
      "module[2].classes": 1.1718784,
      "module[3].classes": 1.0787163,
    });
    await expectGradients(trainer, {
      "f[2].dense[1]": [0.1713035, 0.2280314],
      "f[3].dense[1]": [0.0923223, 0.0463166],
      "head[3].dense[1]": [0.1250736, 0.1595512],
      "head[2].dense[1]": [0.3057677, 0.2404182],
      "context[2].dense[1]": [-0.0650692, 0.1556457],
      "context[3].dense[1]": [-0.0329591, 0.0047044],
    });
  });
});

test("a context is trained by its own module alone, whatever it reads", async () => {
  const expected = [
    "module[1].classes: f[1] head[1]",
    "module[2].classes: context[2] f[2] head[2]",
    "module[3].classes: context[3] f[3] head[3]",
  ];
  expect(await measureIsolation(contextImage, imageWeights)).toEqual(expected);
  expect(await measureIsolation(contextBefore, beforeWeights)).toEqual(expected);
});

const transport = `
  import { linear_logits } from "std/backlink"
  import { transported } from "std/trgl"
  backbone moving() {
    for l in 1..2 {
      unit f[l](x) {
        let h = if l == 1 { x |> dense(4) |> tanh } else { x }
        tap residual = dense(h, 4)
        return tanh(h + residual)
      }
    }
  }
  model net {
    input [3] classes 3 backbone moving()
    split into 2
    heads { each: transported(tau = 1, varying = true, then = linear_logits) }
    train { batch: 2 }
  }`;
const transportWeights = weights({
  "f[1].dense[1]": [10, 3, 4],
  "f[1].dense[2]": [21, 4, 4],
  "f[2].dense[1]": [31, 4, 4],
  "head[1].dense[1]": a1,
  "head[2].dense[1]": a2,
});

test.for(executors)("transport of a tapped residual branch, T5 (%s)", async (executor) => {
  await withTrainer(transport, executor, async (trainer) => {
    await trainer.setWeights(transportWeights);
    await expectLosses(trainer, {
      "module[1].classes": 1.0951767,
      "module[1].transport": 0.0154853,
      "module[2].classes": 1.1218653,
      "module[2].transport": 0.0069293,
    });
    await expectGradients(trainer, {
      "f[1].dense[1]": [-0.3536853, 0.5043177],
      "f[1].dense[2]": [0.1908385, 0.10885],
      "head[1].dense[1]": [0.119115, 0.3996619],
      "f[2].dense[1]": [0.0972744, 0.050443],
      "head[2].dense[1]": [0.1489965, 0.3269166],
    });
    const { totals } = await trainer.step(batch);
    expectNear(totals[1], 1.1106621);
    expectNear(totals[2], 1.12533);
  });
});

test("a transport loss trains its module and no head", async () => {
  expect(await measureIsolation(transport, transportWeights)).toEqual([
    "module[1].classes: f[1] head[1]",
    "module[1].transport: f[1]",
    "module[2].classes: f[2] head[2]",
    "module[2].transport: f[2]",
  ]);
});
