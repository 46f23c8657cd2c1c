/** Micro-tests of InfoPro's parts against numbers computed with the authors' own classes (arXiv 2101.10832). */
import { expect, test } from "vitest";
import { executors, withTrainer } from "../support/train-text.ts";
import {
  convolutionKernel,
  expectAllNear,
  expectNear,
  sines,
  sumOfMagnitudes,
  transpose,
  unitVectors,
} from "./sine-weights.ts";

// Each test puts the part into the first of two modules, so that its losses alone train it. Where a golden gradient is one
// with respect to activations, the batch holds unit vectors and a bias-free dense layer: its kernel is then the
// activations, one row per sample, and the kernel's gradient is theirs.
const lastModule = `head task(module) { loss classes = cross_entropy(module.output, label) }`;

const contrast = `
  backbone rows() {
    unit features: dense(3, bias = false)
    unit tail: dense(3)
  }
  head contrast(module) {
    loss rows = supervised_contrastive(normalize(module.output), label, temperature = 0.07)
  }
  ${lastModule}
  model net {
    input [6]  classes 3  backbone rows()  split after features
    heads { local: contrast  last: task }
    train { batch: 6 }
  }
`;

test.for(executors)("A: supervised contrastive loss and its gradient (%s)", async (executor) => {
  await withTrainer(contrast, executor, async (trainer) => {
    const kernel = "features.dense[1].kernel";
    await trainer.setWeights(new Map([[kernel, sines(18, 1, 1.7, 1)]]));
    const batch = { input: unitVectors(6), label: Int32Array.of(0, 0, 1, 1, 1, 2) };
    expectNear((await trainer.evaluate(batch)).losses["module[1].rows"], 6.1338426457);
    const gradient = (await trainer.gradients(batch)).get(kernel) ?? new Float32Array();
    expectAllNear(gradient.slice(0, 3), [1.2110096181, -3.2284233992, -0.3790804577]);
    expectAllNear(gradient.slice(15), [0.1542304186, -0.9200113259, 0.0828463695]);
    expectNear(sumOfMagnitudes(gradient), 30.5326456685);
  });
});

const resized = `
  backbone image() {
    unit pass: dense(20, bias = false)
    unit tail: dense(2)
  }
  head rebuild(module) {
    let small = module.output |> slice([0], [4]) |> reshape([2, 2, 1])
    let target = input |> slice([4], [16]) |> reshape([4, 4, 1])
    loss rebuild = binary_cross_entropy(small |> resize([4, 4], method = "bilinear", align_corners = true), target)
  }
  ${lastModule}
  model net {
    input [20]  classes 2  backbone image()  split after pass
    heads { local: rebuild  last: task }
    train { batch: 1 }
  }
`;

test.for(executors)("C: align-corners resize, then binary cross-entropy on logits (%s)", async (executor) => {
  await withTrainer(resized, executor, async (trainer) => {
    await trainer.setWeights(new Map([["pass.dense[1].kernel", unitVectors(20)]]));
    const target = Float32Array.from({ length: 16 }, (_, index) => index / 15);
    const batch = { input: Float32Array.of(0, 1, 2, 3, ...target), label: Int32Array.of(0) };
    expectNear((await trainer.evaluate(batch)).losses["module[1].rebuild"], 0.7535864835);
  });
});

const decoder = `
  import { image_decoder } from "std/heads"
  backbone image() {
    unit activations: slice([192], [2]) |> dense(256, bias = false) |> reshape([4, 4, 16])
    unit tail: flatten |> dense(2)
  }
  head decode(module) {
    let image = input |> slice([0], [192]) |> reshape([8, 8, 3])
    loss rebuild = binary_cross_entropy(module.output |> image_decoder(image.shape), image)
  }
  ${lastModule}
  model net {
    input [194]  classes 2  backbone image()  split after activations
    heads { local: decode  last: task }
    train { batch: 2 }
  }
`;

test.for(executors)("D: InfoPro's decoder: loss, gradients and running statistics (%s)", async (executor) => {
  await withTrainer(decoder, executor, async (trainer) => {
    const g = (count: number, k: number, add = 0) => sines(count, 0.3 + k, 0.7, 0.2).map((value) => value + add);
    const activations = transpose(sines(512, 0.2, 0.37, 1), [2, 16, 4, 4], [0, 2, 3, 1]);
    await trainer.setWeights(
      new Map([
        ["activations.dense[1].kernel", activations],
        ["head[1].conv[1].kernel", convolutionKernel([12, 16, 3, 3], 0.3, 0.7, 0.2)],
        ["head[1].conv[1].bias", g(12, 1)],
        ["head[1].batch_norm[1].scale", g(12, 2, 1)],
        ["head[1].batch_norm[1].offset", g(12, 3)],
        ["head[1].conv[2].kernel", convolutionKernel([3, 12, 3, 3], 4.3, 0.7, 0.2)],
        ["head[1].conv[2].bias", g(3, 5)],
      ]),
    );
    const image = transpose(
      sines(384, 0.1, 0.53, 1).map((value) => (value + 1) / 2),
      [2, 3, 8, 8],
      [0, 2, 3, 1],
    );
    const input = Float32Array.from([...image.slice(0, 192), 1, 0, ...image.slice(192), 0, 1]);
    const batch = { input, label: Int32Array.of(0, 1) };

    const gradients = await trainer.gradients(batch);
    expectNear(sumOfMagnitudes(gradients.get("activations.dense[1].kernel")), 10.7279129382);
    expectNear(sumOfMagnitudes(gradients.get("head[1].conv[1].kernel")), 159.3862429992);
    const { losses } = await trainer.step(batch);
    expectNear(losses["module[1].rebuild"], 1.2927137564);
    const weights = await trainer.weights();
    const statistic = (name: string) => weights.get(`head[1].batch_norm[1].${name}`)?.slice(0, 3) ?? [];
    expectAllNear(statistic("mean"), [0.0092556568, 0.009952884, 0.002689298]);
    expectAllNear(statistic("variance"), [0.9078211228, 0.9083479797, 0.9081098569]);
  });
});

const normalised = `
  backbone rows() {
    unit norm: batch_norm
    unit tail: dense(2)
  }
  head outputs(module) { loss square = mean_squared_error(module.output, module.input) }
  ${lastModule}
  model net {
    input [2]  classes 2  backbone rows()  split after norm
    heads { local: outputs  last: task }
    train { batch: 3  rate: constant(0) }
  }
`;

test.for(executors)("I: batch norm moves its statistics as PyTorch's does (%s)", async (executor) => {
  await withTrainer(normalised, executor, async (trainer) => {
    const input = Float32Array.of(1, 2, 3, 5, 5, 11);
    const outputs = [-1.22474258, -1.06904459, 0, -0.26726115, 1.22474258, 1.33630573];
    const { losses } = await trainer.step({ input, label: Int32Array.of(0, 1, 0) });
    const square = outputs.reduce((sum, output, index) => sum + (output - (input[index] ?? 0)) ** 2, 0) / 6;
    expectNear(losses["module[1].square"], square);
    const weights = await trainer.weights();
    expectAllNear(weights.get("norm.batch_norm[1].mean") ?? [], [0.3, 0.6]);
    expectAllNear(weights.get("norm.batch_norm[1].variance") ?? [], [1.3, 3]);
    expect(weights.get("norm.batch_norm[1].scale")).toEqual(Float32Array.of(1, 1));
  });
});
