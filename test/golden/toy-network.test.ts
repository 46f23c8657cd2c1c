/**
 * A network of four dense layers with closed-form weights: gradient routing without data or batch statistics.
 * `Dense(tag, inputs, outputs)`: W[i][j] = 0.5·sin(1 + tag + 3i + j), b[j] = 0.1·cos(tag + j).
 */
import { test } from "vitest";
import type { Trainer } from "../../runtime/train/trainer.ts";
import { executors, withTrainer } from "../support/train-text.ts";
import { expectNear } from "./sine-weights.ts";

const layers = `
  backbone toy() {
    for l in 1..3 { unit f[l]: dense(4) |> tanh }
  }
  head linear(module) {
    loss classes = cross_entropy(module.output |> dense(classes), label)
  }
`;
const endToEnd = `${layers} model net { input [3] classes 3 backbone toy() heads { last: linear } train { batch: 2 } }`;
const greedy = `${layers} model net {
  input [3] classes 3 backbone toy()
  split after f[1], f[2]
  heads { each: linear }
  train { batch: 2 }
}`;

const batch = { input: Float32Array.of(0.5, -1, 2, 1.5, 0.3, -0.7), label: Int32Array.of(2, 0) };

function dense(tag: number, inputs: number, outputs: number): { kernel: Float32Array; bias: Float32Array } {
  const kernel = Float32Array.from(
    { length: inputs * outputs },
    (_, flat) => 0.5 * Math.sin(1 + tag + 3 * Math.floor(flat / outputs) + (flat % outputs)),
  );
  return { kernel, bias: Float32Array.from({ length: outputs }, (_, j) => 0.1 * Math.cos(tag + j)) };
}

function weights(layersByAddress: Record<string, ReturnType<typeof dense>>): Map<string, Float32Array> {
  return new Map(
    Object.entries(layersByAddress).flatMap(([address, { kernel, bias }]) => [
      [`${address}.dense[1].kernel`, kernel],
      [`${address}.dense[1].bias`, bias],
    ]),
  );
}

const backbone = { "f[1]": dense(10, 3, 4), "f[2]": dense(20, 4, 4), "f[3]": dense(30, 4, 4) };

/** (Σ vₖ cos k, Σ vₖ²) over kernel then bias. */
async function signature(trainer: Trainer, owner: string): Promise<[number, number]> {
  const gradients = await trainer.gradients(batch);
  const kernel = gradients.get(`${owner}.dense[1].kernel`) ?? [];
  const bias = gradients.get(`${owner}.dense[1].bias`) ?? [];
  const values = [...kernel, ...bias];
  return [
    values.reduce((sum, value, k) => sum + value * Math.cos(k), 0),
    values.reduce((sum, value) => sum + value ** 2, 0),
  ];
}

async function expectSignatures(trainer: Trainer, golden: Record<string, [number, number]>): Promise<void> {
  for (const [owner, [first, second]] of Object.entries(golden)) {
    const found = await signature(trainer, owner);
    expectNear(found[0], first);
    expectNear(found[1], second);
  }
}

test.for(executors)("end to end: loss and gradients are the golden ones (%s)", async (executor) => {
  await withTrainer(endToEnd, executor, async (trainer) => {
    await trainer.setWeights(weights({ ...backbone, "head[1]": dense(40, 4, 3) }));
    expectNear((await trainer.evaluate(batch)).losses["module[1].classes"], 1.0835747);
    await expectSignatures(trainer, {
      "f[1]": [0.0465903, 0.0050814],
      "f[2]": [-0.0285479, 0.0032842],
      "f[3]": [0.0570676, 0.014257],
      "head[1]": [0.1524668, 0.1569493],
    });
  });
});

test.for(executors)("greedy in three modules: each loss trains its own module, T0 (%s)", async (executor) => {
  await withTrainer(greedy, executor, async (trainer) => {
    await trainer.setWeights(
      weights({ ...backbone, "head[1]": dense(51, 4, 3), "head[2]": dense(52, 4, 3), "head[3]": dense(40, 4, 3) }),
    );
    const { losses } = await trainer.evaluate(batch);
    expectNear(losses["module[1].classes"], 1.0451491);
    expectNear(losses["module[2].classes"], 1.0690208);
    expectNear(losses["module[3].classes"], 1.0835747);
    await expectSignatures(trainer, {
      "f[1]": [-0.4757479, 0.4515489],
      "f[2]": [0.1079535, 0.1386948],
      "f[3]": [0.0570676, 0.014257],
      "head[1]": [0.0284032, 0.4631647],
      "head[2]": [0.0818036, 0.1747006],
      "head[3]": [0.1524668, 0.1569493],
    });
  });
});
