/** Local classifiers of DGL (arXiv 1901.08164), PredSim (1901.06656), DCL (ICLR 2024) and TRGL (2309.17357), counted on their code. */
import { expect, test } from "vitest";
import type { Summary } from "../../../compiler/index.ts";
import { headParameters, repeat, summaryOf, total } from "./summary-of.ts";

const layers = "stage[1].layer[1], stage[2].layer[1], stage[2].layer[2], stage[3].layer[1], stage[3].layer[2]";

function dgl(then: string): Summary {
  return summaryOf(`
    import { plain_cnn } from "std/backbones"
    import { dgl, mlp_sr, mlp, cnn, mlp_classifier } from "std/dgl"
    model net {
      input [32, 32, 3]  classes 10  backbone plain_cnn()
      split after ${layers}
      heads { local: dgl(then = ${then})  last: dgl(then = mlp_classifier) }
    }`);
}

const channels = [128, 256, 256, 512, 512];

// The released heads hold a batch normalisation of 2C parameters that "mlp-sr", "mlp" and the last one never call.
test.for([
  { head: "mlp_sr", released: [846_346, 3_363_850, 3_363_850, 13_412_362, 13_412_362], dead: 2, sum: 49_614_140 },
  { head: "mlp", released: [796_426, 3_165_706, 3_165_706, 12_622_858, 12_622_858], dead: 2, sum: 47_588_924 },
  { head: "cnn", released: [300_810, 1_191_434, 1_191_434, 4_742_154, 4_742_154], dead: 0, sum: 27_383_356 },
])("DGL $head: heads have the authors' sizes, without parameters that are never used", (row) => {
  const { modules, parameters } = dgl(row.head);
  const dead = channels.map((width) => row.dead * width);
  expect(headParameters({ modules } as Summary)).toEqual(row.released.map((size, index) => size - (dead[index] ?? 0)));
  expect(modules.at(-1)?.readout?.parameters).toBe(8_422_410 - 2 * 512);
  expect(parameters.training).toBe(row.sum - total(dead) - 2 * 512);
});

test("DGL's heads of 128, 256 and 512 channels have the sizes of its page", () => {
  const sizes = (then: string) => headParameters({ modules: dgl(then).modules } as Summary);
  expect(sizes("mlp_sr")).toEqual([846_090, 3_363_338, 3_363_338, 13_411_338, 13_411_338]);
  expect(sizes("mlp")).toEqual([796_170, 3_165_194, 3_165_194, 12_621_834, 12_621_834]);
});

test("DGL's heads do the authors' multiply-adds", () => {
  const macs = (then: string) => dgl(then).modules.map(({ heads, readout }) => (heads[0] ?? readout)?.macs ?? 0);
  const millions = (then: string) => macs(then).map((count) => Number((count / 1e6).toFixed(2)));
  expect(millions("mlp_sr")).toEqual([3.94, 6.3, 6.3, 15.75, 15.75, 8.41]);
  expect(millions("mlp")).toEqual([0.79, 3.16, 3.16, 12.6, 12.6, 8.41]);
  expect(
    millions("cnn")
      .slice(0, -1)
      .every((count) => Math.round(count) === 302),
  ).toBe(true);
});

test("DGL on ResNet-110, K = 2: the head of 32 channels has the authors' size and multiply-adds", () => {
  const { modules, parameters } = summaryOf(`
    import { resnet_cifar } from "std/backbones"
    import { zero_padding } from "std/blocks"
    import { dgl } from "std/dgl"
    model net {
      input [32, 32, 3]  classes 10  backbone resnet_cifar(depth = 110, shortcut = zero_padding)
      split after stage[2].block[8]
      heads { local: dgl }
    }`);
  expect(modules.map((module) => module.parameters)).toEqual([228_432, 1_498_880 + 650]);
  expect(parameters.backbone).toBe(1_727_962);
  expect(modules[0]?.heads[0]).toMatchObject({ parameters: 54_922 - 2 * 32, macs: 99_584 });
});

function behindResnet(head: string, imports: string): Summary {
  return summaryOf(`
    import { resnet_cifar } from "std/backbones"
    ${imports}
    model net {
      input [32, 32, 3]  classes 10  backbone resnet_cifar(depth = 14)
      split after stage[1].block[2], stage[2].block[2], stage[3].block[1]
      heads { local: ${head} }
    }`);
}

test("the heads AugLocal's and MAN++'s repositories call DGL have their sizes at 16, 32 and 64 channels", () => {
  const light = behindResnet(
    "dgl(then = mlp_sr(_, _, denses = 2, bias = false))",
    `import { dgl, mlp_sr } from "std/dgl"`,
  );
  expect(headParameters(light)).toEqual([9_962, 37_834, 147_338]);
  const heavy = behindResnet(
    "dgl(then = heavy_head)",
    `import { dgl } from "std/dgl"\n import { heavy_head } from "std/man"`,
  );
  expect(headParameters(heavy)).toEqual([635_146, 637_194, 641_290]);
});

const predsimCuts = (depth: 8 | 11): string => {
  const stages = depth === 8 ? [2, 2, 1, 1] : [4, 2, 2, 1];
  const cuts = stages.flatMap((count, stage) =>
    Array.from({ length: count }, (_, layer) => `stage[${stage + 1}].layer[${layer + 1}]`),
  );
  return [...cuts, "hidden"].join(", ");
};

function predsim(depth: 8 | 11, { similarity = 0.99, limit = 2048, classes = 10 } = {}): Summary {
  return summaryOf(`
    import { vgg_b } from "std/backbones"
    import { predsim, predsim_output } from "std/predsim"
    model net {
      input [32, 32, 3]  classes ${classes}  backbone vgg_b(depth = ${depth}, drop = 0.2)
      split after ${predsimCuts(depth)}
      heads { local: predsim(similarity = ${similarity}, limit = ${limit})  last: predsim_output }
    }`);
}

test.for([
  { depth: 8, limit: 2048, classes: 10, backbone: 8_903_434, training: 18_490_192 },
  { depth: 11, limit: 2048, classes: 10, backbone: 11_559_946, training: 23_862_382 },
  { depth: 11, limit: 4096, classes: 100, backbone: undefined, training: 27_549_772 },
] as const)("PredSim on VGG$(depth)b with $classes classes: $training parameters are trained", (row) => {
  const { parameters, modules } = predsim(row.depth, row);
  if (row.backbone !== undefined) expect(parameters.backbone).toBe(row.backbone);
  expect(parameters.training).toBe(row.training);
  expect(modules.at(-1)?.parameters).toBe(1025 * row.classes);
});

test("PredSim's parts have the authors' sizes, and the part without weight is not there", () => {
  const pred = [...repeat(6, 20_490), 10_250];
  const sim = [147_456, 589_824, 589_824, 2_359_296, 2_359_296, 2_359_296, 1_048_576];
  expect(headParameters(predsim(8, { similarity: 0 }))).toEqual(pred);
  expect(headParameters(predsim(8, { similarity: 1 }))).toEqual(sim);
  expect(headParameters(predsim(8))).toEqual(pred.map((size, index) => size + (sim[index] ?? 0)));
});

test.for([
  { widths: "[3000, 3000, 3000]", input: "[32, 32, 3]", training: 54_363_040, output: 30_010 },
  { widths: "[1024, 1024, 1024]", input: "[28, 28, 1]", training: 6_095_912, output: 10_250 },
])("PredSim on a perceptron of $widths trains $training parameters", (row) => {
  const { parameters, modules } = summaryOf(`
    import { mlp_batch_norm } from "std/backbones"
    import { predsim, predsim_output } from "std/predsim"
    model net {
      input ${row.input}  classes 10  backbone mlp_batch_norm(widths = ${row.widths})
      split after layer[1], layer[2], layer[3]
      heads { local: predsim  last: predsim_output }
    }`);
  expect(parameters.training).toBe(row.training);
  expect(modules.at(-1)?.parameters).toBe(row.output);
});

const dclNets = [
  {
    backbone: "mlp_layer_norm(widths = [3072, 3072])",
    cuts: "layer[1], layer[2]",
    heads: "local: dcl(64, patches = 48)",
    sizes: [18_923_530, 18_924_170],
  },
  { backbone: "simple()", cuts: "layer[1], layer[2]", heads: "local: dcl(256)", sizes: [152_714, 155_274] },
  {
    backbone: "simple(widths = [64, 256, 512])",
    cuts: "layer[1], layer[2], layer[3]",
    heads: "local: dcl(512)",
    sizes: [1_336_458, 1_341_578],
  },
  {
    backbone: "vgg_b(depth = 8)",
    cuts: predsimCuts(8),
    // The dense layer of 1024 features counts as two vectors of 512.
    heads: "local: dcl(512)  last - 1: dcl(512, patches = 2)",
    sizes: [8_903_434, 8_908_554],
  },
];

test.for(dclNets)("DCL on $backbone: with one dictionary for all layers it has the authors' size", (row) => {
  const { parameters } = summaryOf(`
    import { mlp_layer_norm, simple, vgg_b } from "std/backbones"
    import { dcl } from "std/dcl"
    model net {
      input [32, 32, 3]  classes 10  backbone ${row.backbone}
      split after ${row.cuts}
      heads { ${row.heads} }
    }`);
  expect([parameters.backbone, parameters.training]).toEqual(row.sizes);
  expect(parameters.heads).toBe(0);
  expect(parameters.inference).toBe(parameters.backbone);
});

test("TRGL's 1CNN classifiers have the authors' sizes at 96 pixels", () => {
  const { modules } = summaryOf(`
    import { resnet_cifar } from "std/backbones"
    import { transported, pooled_classifier } from "std/trgl"
    model net {
      input [96, 96, 3]  classes 10  backbone resnet_cifar(depth = 14)
      split after stage[1].block[2], stage[2].block[2]
      heads { each: transported(then = pooled_classifier(_, _, pool = table([16, 16, 8]))) }
    }`);
  const heads = modules.map(({ heads, readout }) => (heads[0] ?? readout)?.parameters);
  expect(heads).toEqual([8_106, 12_170, 42_762]);
});

test("TRGL on ResNet-110 without parameters in shortcuts: modules have the authors' sizes", () => {
  const { modules } = summaryOf(`
    import { resnet_cifar } from "std/backbones"
    import { zero_padding } from "std/blocks"
    import { transported, pooled_classifier } from "std/trgl"
    model net {
      input [96, 96, 3]  classes 10  backbone resnet_cifar(depth = 110, shortcut = zero_padding)
      split after stage[1].block[14], stage[2].block[10], stage[3].block[5]
      heads { each: transported(tau = 1, then = pooled_classifier(_, _, pool = table([16, 16, 8, 8]))) }
    }`);
  expect(modules.map(({ parameters, readout }) => parameters - (readout?.parameters ?? 0))).toEqual([
    65_872, 199_680, 499_968, 961_792,
  ]);
});
