/**
 * Three dense modules trained for two steps with InfoPro's losses, with feature reconstruction and with DGL's: losses,
 * gradients and weights against the authors' own code (arXiv 2101.10832, 2212.14215, 1901.08164).
 */
import { expect, test } from "vitest";
import type { Trainer } from "../../runtime/train/trainer.ts";
import { type ExecutorName, executors, withTrainer } from "../support/train-text.ts";
import { expectAllNear, expectNear, linearKernel, sines, transpose } from "./sine-weights.ts";

function network(use: string): string {
  return `
    backbone layers() {
      unit layer[1]: dense(3) |> relu
      unit layer[2]: dense(3) |> relu
      unit layer[3]: dense(2)
    }
    import { linear_logits } from "std/backlink"
    import { dgl } from "std/dgl"
    import { feature_reconstruction, infopro_transformer, linear_decoder } from "std/feature_reconstruction"
    head task(module) { loss classes = cross_entropy(module.output, label) }
    model net {
      input [4]  classes 2  backbone layers()
      split after layer[1], layer[2]
      heads { local: ${use}  last: task }
      train {
        optimizer: sgd(momentum = 0.9, nesterov = true, weight_decay = 1e-4)
        rate: constant(0.1)
        batch: 5
      }
    }`;
}

// The library's heads; their decoder behind dense layers is a dense layer.
const infopro = (reconstruct: string) =>
  `infopro_transformer(reconstruct = ${reconstruct}, classify = lerp(0.5, 1), decoder = linear_decoder, then = linear_logits)`;
const features =
  'feature_reconstruction(reconstruct = lerp(2, 1), classify = lerp(0.5, 1), first = "input", then = linear_logits)';
const greedy = "dgl(then = linear_logits)";

const batch = {
  input: sines(20, 0.3, 1.1, 1).map((value) => (value + 1) / 2),
  label: Int32Array.of(0, 1, 1, 0, 1),
};

/** `L(inputs, outputs, k)` at an address. */
function linear(address: string, inputs: number, outputs: number, k: number): [string, Float32Array][] {
  return [
    [`${address}.kernel`, linearKernel(outputs, inputs, 0.4 + k, 0.8, 0.5)],
    [`${address}.bias`, sines(outputs, 0.9 + k, 0.6, 0.1)],
  ];
}

const backbone = [
  ...linear("layer[1].dense[1]", 4, 3, 0),
  ...linear("layer[2].dense[1]", 3, 3, 1),
  ...linear("layer[3].dense[1]", 3, 2, 2),
];

/** Decoders are the heads' first dense layers, classifiers their second; `targets` are the decoders' widths. */
function withHeads(targets: readonly [number, number]): Map<string, Float32Array> {
  return new Map([
    ...backbone,
    ...linear("head[1].dense[1]", 3, targets[0], 3),
    ...linear("head[1].dense[2]", 3, 2, 5),
    ...linear("head[2].dense[1]", 3, targets[1], 4),
    ...linear("head[2].dense[2]", 3, 2, 6),
  ]);
}

/** Σ (i + 1)·wᵢ over the framework's own layout, `[outputs, inputs]`. */
async function checksum(trainer: Trainer, address: string, inputs = 1): Promise<number> {
  const values = (await trainer.weights()).get(address) ?? new Float32Array();
  const rows = address.endsWith(".kernel") ? transpose(values, [inputs, values.length / inputs], [1, 0]) : values;
  return rows.reduce((sum, value, index) => sum + (index + 1) * value, 0);
}

async function expectChecksums(trainer: Trainer, golden: Record<string, number>): Promise<void> {
  for (const [address, value] of Object.entries(golden)) {
    expectNear(await checksum(trainer, address, address.startsWith("layer[1]") ? 4 : 3), value);
  }
}

/** Unweighted losses and the weighted total of a module, after each of two steps. */
async function expectSteps(trainer: Trainer, golden: readonly Record<string, number>[]): Promise<void> {
  for (const expected of golden) {
    const { losses, totals } = await trainer.step(batch);
    const found: Record<string, number | undefined> = { ...losses, "total 1": totals[1], "total 2": totals[2] };
    for (const [name, value] of Object.entries(expected)) expectNear(found[name], value);
  }
}

function run(
  source: string,
  weights: Map<string, Float32Array>,
  executor: ExecutorName,
  use: (trainer: Trainer) => Promise<void>,
) {
  return withTrainer(source, executor, async (trainer) => {
    await trainer.setWeights(weights);
    await use(trainer);
  });
}

test.for(executors)("F: InfoPro, image reconstruction (%s)", async (executor) => {
  const source = network(infopro("lerp(2, 1)"));
  await run(source, withHeads([4, 4]), executor, async (trainer) => {
    const first = (await trainer.gradients(batch)).get("layer[1].dense[1].kernel") as Float32Array;
    expectAllNear(
      transpose(first, [4, 3], [1, 0]),
      [
        0.0775794721, 0.0905274752, 0.0280663667, -0.0415458695, 0, 0, 0, 0, -0.0081985652, -0.0208470323, 0.0031953387,
        0.0376548582,
      ],
    );
    await expectSteps(trainer, [
      {
        "module[1].rebuild": 0.695878185,
        "module[1].classes": 0.7163880573,
        "total 1": 1.7499503986,
        "module[2].rebuild": 0.6929349162,
        "module[2].classes": 0.685377342,
        "total 2": 1.3783122582,
        "module[3].classes": 0.7265422871,
      },
      {
        "module[1].rebuild": 0.6918750779,
        "module[1].classes": 0.7052634854,
        "total 1": 1.7363818984,
        "module[2].rebuild": 0.6916497251,
        "module[2].classes": 0.6725179868,
        "total 2": 1.3641677119,
        "module[3].classes": 0.7168666603,
      },
    ]);
    await expectChecksums(trainer, {
      "layer[1].dense[1].kernel": 7.938482103,
      "layer[2].dense[1].kernel": 2.0730825697,
      "layer[3].dense[1].kernel": -3.9670940226,
      "layer[1].dense[1].bias": 0.484561613,
      "layer[2].dense[1].bias": 0.0530366464,
      "layer[3].dense[1].bias": 0.0371165282,
      "head[1].dense[1].kernel": -7.0136538509,
      "head[2].dense[1].kernel": -2.8153773382,
      "head[1].dense[2].kernel": 4.2696098822,
      "head[2].dense[2].kernel": 0.6369116446,
    });
  });
});

test.for(executors)("F: a loss of weight 0 still decays its decoder's weights (%s)", async (executor) => {
  const source = network(infopro("0"));
  await run(source, withHeads([4, 4]), executor, async (trainer) => {
    await expectSteps(trainer, [{}, {}]);
    await expectChecksums(trainer, {
      "layer[1].dense[1].kernel": 8.2098931373,
      "layer[2].dense[1].kernel": 2.1584135314,
      "layer[3].dense[1].kernel": -3.9656321233,
      "layer[1].dense[1].bias": 0.5372083715,
      "layer[2].dense[1].bias": 0.0736448744,
      "layer[3].dense[1].bias": 0.0371234704,
      "head[1].dense[1].kernel": -8.4192561404,
      "head[2].dense[1].kernel": -3.0891215505,
      "head[1].dense[2].kernel": 4.2686885615,
      "head[2].dense[2].kernel": 0.6390111168,
    });
  });
});

test.for(executors)("F: feature reconstruction, each module rebuilds what it was given (%s)", async (executor) => {
  const source = network(features);
  await run(source, withHeads([4, 3]), executor, async (trainer) => {
    const first = (await trainer.gradients(batch)).get("layer[1].dense[1].kernel") as Float32Array;
    expectAllNear(
      transpose(first, [4, 3], [1, 0]),
      [
        0.308896979, 0.4014628263, 0.3506372714, 0.2119628749, 0, 0, 0, 0, 0.2340996173, 0.2990666313, 0.3314692421,
        0.2958976253,
      ],
    );
    await expectSteps(trainer, [
      {
        "module[1].rebuild": 0.7921798095,
        "module[1].classes": 0.7163880573,
        "total 1": 1.9425536477,
        "module[2].rebuild": 0.8826825824,
        "module[2].classes": 0.685377342,
        "total 2": 1.5680599244,
        "module[3].classes": 0.7265422871,
      },
      {
        "module[1].rebuild": 0.2959024661,
        "module[1].classes": 0.7004211341,
        "total 1": 0.9420154993,
        "module[2].rebuild": 0.242848915,
        "module[2].classes": 0.669536654,
        "total 2": 0.912385569,
        "module[3].classes": 0.7051073575,
      },
    ]);
    await expectChecksums(trainer, {
      "layer[1].dense[1].kernel": 4.0695476851,
      "layer[2].dense[1].kernel": -0.2791610291,
      "layer[3].dense[1].kernel": -4.0041008106,
      "layer[1].dense[1].bias": -0.0485607651,
      "layer[2].dense[1].bias": -0.4599579711,
      "layer[3].dense[1].bias": 0.032994076,
      "head[1].dense[1].kernel": 3.798615741,
      "head[2].dense[1].kernel": 0.1497647317,
      "head[1].dense[2].kernel": 4.2857812089,
      "head[2].dense[2].kernel": 0.6100087176,
    });
  });
});

test.for(executors)("F: DGL, cross-entropy alone, and a dead unit that only decays (%s)", async (executor) => {
  const weights = new Map([
    ...backbone,
    ...linear("head[1].dense[1]", 3, 2, 5),
    ...linear("head[2].dense[1]", 3, 2, 6),
  ]);
  await run(network(greedy), weights, executor, async (trainer) => {
    await expectSteps(trainer, [
      { "module[1].classes": 0.7163880573, "module[2].classes": 0.685377342, "module[3].classes": 0.7265422871 },
      { "module[1].classes": 0.6958113455, "module[2].classes": 0.6720418356, "module[3].classes": 0.7185005085 },
    ]);
    await expectChecksums(trainer, {
      "layer[1].dense[1].kernel": 8.3273127356,
      "layer[2].dense[1].kernel": 2.1536105844,
      "layer[3].dense[1].kernel": -3.9660905112,
      "layer[1].dense[1].bias": 0.537306951,
      "layer[2].dense[1].bias": 0.0731657044,
      "layer[3].dense[1].bias": 0.036835853,
      "head[1].dense[1].kernel": 4.1288400894,
      "head[2].dense[1].kernel": 0.6401099935,
    });
    const kernel = (await trainer.weights()).get("layer[1].dense[1].kernel") as Float32Array;
    const deadRow = transpose(kernel, [4, 3], [1, 0]).slice(4, 8);
    expectAllNear(deadRow, [-0.2212500216, -0.4757791027, -0.4417069644, -0.1397013086]);
    expect(deadRow).not.toEqual(linearKernel(3, 4, 0.4, 0.8, 0.5).slice(4, 8));
  });
});
