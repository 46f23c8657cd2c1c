/**
 * Parameters and multiply-adds of InfoPro's decoder, heads and cut residual networks, counted on the authors' own classes
 * (Wang et al., ICLR 2021, arXiv 2101.10832, released code), at 32 by 32 pixels and 10 classes unless said otherwise.
 */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Summary } from "../../compiler/index.ts";
import { compile, renderDiagnostic, summarize } from "../../compiler/index.ts";
import { runCli } from "../cli/support/run-cli.ts";

function summaryOf(text: string): Summary {
  const { program, scoped, diagnostics, sources } = compile({ file: "test.llnet", text });
  if (program === undefined || scoped === undefined || diagnostics.length > 0) {
    throw new Error(diagnostics.map((one) => renderDiagnostic(one, sources, { color: false })).join("\n"));
  }
  return summarize(scoped, program);
}

/** Sizes of one head behind 16, 32 and 64 channels: three local modules of a small residual network. */
function headSizes(loss: string, classes = 10): { parameters: number[]; macs: number[] } {
  const { modules } = summaryOf(`
    import { resnet_cifar } from "std/backbones"
    import { conv_head, image_decoder } from "std/heads"
    head sized(module) { loss only = ${loss} }
    model sizes {
      input [32, 32, 3]  classes ${classes}  backbone resnet_cifar(depth = 14)
      split after stage[1].block[2], stage[2].block[2], stage[3].block[1]
      heads { local: sized }
      train { batch: 4 }
    }`);
  const heads = modules.flatMap((module) => module.heads);
  return { parameters: heads.map(({ parameters }) => parameters), macs: heads.map(({ macs }) => macs) };
}

const decoder = (widen: number) =>
  `binary_cross_entropy(module.output |> image_decoder(input.shape, widen = ${widen}), pixels)`;

test.for([
  [0.5, [1_047, 1_911, 3_639]],
  [1, [2_091, 3_819, 7_275]],
  [2, [4_179, 7_635, 14_547]],
] as const)("the decoder of width %d has its parameters", ([widen, parameters]) => {
  expect(headSizes(decoder(widen)).parameters).toEqual(parameters);
});

test("the decoder does its multiply-adds at the image's size", () => {
  expect(headSizes(decoder(1)).macs).toEqual([2_101_248, 3_870_720, 7_409_664]);
});

const contrast = (shape: string) =>
  `supervised_contrastive(normalize(module.output |> conv_head(128, ${shape})), label, temperature = 0.07)`;
const classify = (shape: string) => `cross_entropy(module.output |> conv_head(classes, ${shape}), label)`;

const heads = [
  {
    name: "0c1f",
    shape: "convs = 0, denses = 1",
    contrast: [2_176, 4_224, 8_320],
    classify: [170, 330, 650],
    macs: [2_048, 4_096, 8_192],
  },
  {
    name: "0c2f",
    shape: "convs = 0, denses = 2",
    contrast: [18_688, 20_736, 24_832],
    classify: [3_466, 5_514, 9_610],
    macs: [18_432, 20_480, 24_576],
  },
  {
    name: "1c1f",
    shape: "convs = 1, denses = 1",
    contrast: [8_896, 26_880, 45_312],
    classify: [5_002, 19_210, 37_642],
    macs: [1_183_744, 1_187_840, 2_367_488],
  },
  {
    name: "1c2f",
    shape: "convs = 1, denses = 2",
    contrast: [25_408, 43_392, 61_824],
    classify: [10_186, 28_170, 46_602],
    macs: [1_200_128, 1_204_224, 2_383_872],
  },
  {
    name: "1c3f",
    shape: "convs = 1, denses = 3",
    contrast: [41_920, 59_904, 78_336],
    classify: [26_698, 44_682, 63_114],
    macs: [1_216_512, 1_220_608, 2_400_256],
  },
  {
    name: "2c2f",
    shape: "convs = 2, denses = 2",
    contrast: [34_688, 80_384, 98_816],
    classify: [19_466, 65_162, 83_594],
    macs: [3_559_424, 3_563_520, 4_743_168],
  },
];

test.for(heads)("the head $name has its parameters and multiply-adds", ({ shape, ...expected }) => {
  expect(headSizes(contrast(shape))).toEqual({ parameters: expected.contrast, macs: expected.macs });
  expect(headSizes(classify(shape)).parameters).toEqual(expected.classify);
});

test("a head of 100 classes and one of double width have their parameters", () => {
  expect(headSizes(classify("convs = 1, denses = 2"), 100).parameters).toEqual([21_796, 39_780, 58_212]);
  expect(headSizes(contrast("widen = 2")).parameters).toEqual([58_880, 103_040, 139_904]);
});

function resnet(depth: number, split = "", { classes = 10, side = 32, batch = 64 } = {}): Summary {
  return summaryOf(`
    import { resnet_cifar } from "std/backbones"
    import { infopro }      from "std/heads"
    model net {
      input [${side}, ${side}, 3]  classes ${classes}  backbone resnet_cifar(depth = ${depth})
      ${split === "" ? "" : `split ${split}\n      heads { local: infopro(contrast = true) }`}
      train { batch: ${batch} }
    }`);
}

interface Row {
  readonly depth: number;
  readonly split: string;
  /** Backbone parameters of every module, the classifier in the last. */
  readonly modules: readonly number[];
  readonly heads: number;
  readonly training: number;
  /** Multiply-adds of all decoders and classifying heads together; not counted for every row. */
  readonly headMacs?: number;
}

const r32 = { depth: 32 };
const r110 = { depth: 110 };
const times = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

const rows: Row[] = [
  { ...r32, split: "", modules: [466_906], heads: 0, training: 466_906, headMacs: 0 },
  {
    ...r32,
    split: "into 2 by units",
    modules: [56_912, 409_994],
    heads: 47_211,
    training: 514_117,
    headMacs: 3_870_720 + 1_204_224,
  },
  {
    ...r32,
    split: "after stage[1].block[5], stage[2].block[5]",
    modules: [23_824, 88_768, 354_314],
    heads: 74_710,
    training: 541_616,
  },
  {
    ...r32,
    split: "into 4 by units",
    modules: [14_480, 42_432, 113_408, 296_586],
    heads: 143_809,
    training: 610_715,
    headMacs: 13_381_632 + 4_788_224,
  },
  {
    ...r32,
    split: "into 8 by units",
    modules: [5_136, 9_344, 9_344, 33_088, 37_120, 76_288, 147_968, 148_618],
    heads: 315_117,
    training: 782_023,
    headMacs: 28_864_512 + 10_776_576,
  },
  {
    ...r32,
    split: "into 16 by units",
    modules: [464, ...times(5, 4_672), 14_528, ...times(4, 18_560), 57_728, ...times(3, 73_984), 74_634],
    heads: 677_445,
    training: 1_144_351,
    headMacs: 61_599_744 + 22_757_376,
  },
  { ...r110, split: "", modules: [1_730_714], heads: 0, training: 1_730_714, headMacs: 0 },
  {
    ...r110,
    split: "after stage[2].block[9]",
    modules: [247_568, 1_483_146],
    heads: 47_211,
    training: 1_777_925,
    headMacs: 3_870_720 + 1_204_224,
  },
  {
    ...r110,
    split: "after stage[1].block[18], stage[2].block[18]",
    modules: [84_560, 330_048, 1_316_106],
    heads: 74_710,
    training: 1_805_424,
  },
  {
    ...r110,
    split: "into 4 by units",
    modules: [56_528, 172_480, 465_280, 1_036_426],
    heads: 143_809,
    training: 1_874_523,
    headMacs: 13_381_632 + 4_788_224,
  },
  {
    ...r110,
    split: "after stage[1].block[15]",
    modules: [70_544, 1_660_170],
    heads: 27_499,
    training: 1_758_213,
    headMacs: 2_101_248 + 1_200_128,
  },
  {
    ...r110,
    split: "after stage[1].block[10], stage[2].block[3]",
    modules: [47_184, 89_024, 1_594_506],
    heads: 74_710,
    training: 1_805_424,
    headMacs: 5_971_968 + 2_404_352,
  },
  {
    ...r110,
    split: "after stage[1].block[7], stage[1].block[15], stage[2].block[9]",
    modules: [33_168, 37_376, 177_024, 1_483_146],
    heads: 102_209,
    training: 1_832_923,
    headMacs: 8_073_216 + 3_604_480,
  },
];

test.for(rows)("ResNet-$depth split $split has its parameters and multiply-adds", ({ depth, split, ...expected }) => {
  const { modules, parameters, macs } = resnet(depth, split);
  expect(modules.map((module) => module.parameters)).toEqual(expected.modules);
  expect(parameters).toMatchObject({ heads: expected.heads, training: expected.training });
  expect(parameters.backbone).toBe(depth === 32 ? 466_906 : 1_730_714);
  expect(macs.backbone).toBe(depth === 32 ? 69_124_736 : 253_149_824);
  if (expected.headMacs !== undefined) expect(macs.heads).toBe(expected.headMacs);
});

test("the last module of a network cut after every unit is its last block and the classifier", () => {
  const { modules } = resnet(32, "into 16 by units");
  expect(modules[0]?.units).toEqual(["stem"]);
  expect(modules.at(-1)).toMatchObject({ units: ["stage[3].block[5]"], readout: { parameters: 650, macs: 640 } });
  expect((modules.at(-1)?.parameters ?? 0) - 650).toBe(73_984);
});

test("a classifier of 100 classes adds 5,850 parameters", () => {
  expect(resnet(32, "", { classes: 100 }).parameters.inference).toBe(472_756);
  expect(resnet(110, "", { classes: 100 }).parameters.inference).toBe(1_736_564);
});

test("images of 96 by 96 pixels change multiply-adds, and no parameters", () => {
  const { parameters, macs } = resnet(110, "after stage[1].block[15]", { side: 96 });
  expect(parameters).toMatchObject({ inference: 1_730_714, heads: 27_499 });
  expect(macs.backbone).toBe(2_278_343_296);
});

test("the command line prints the same numbers", async () => {
  const file = fileURLToPath(new URL("../../examples/resnet32-infopro.llnet", import.meta.url));
  const { code, out } = await runCli(["summary", file, "--json"]);
  expect(code).toBe(0);
  const summary = JSON.parse(out) as Summary;
  expect(summary.modules.map(({ parameters }) => parameters)).toEqual([14_480, 42_432, 113_408, 296_586]);
  expect(summary.modules.flatMap((module) => module.heads.map(({ parameters }) => parameters))).toEqual([
    27_499, 47_211, 69_099,
  ]);
  expect(summary.parameters).toMatchObject({
    backbone: 466_906,
    heads: 143_809,
    inference: 466_906,
    training: 610_715,
  });
  expect(summary.macs).toMatchObject({ backbone: 69_124_736, heads: 18_169_856 });
});

test.for([
  ["resnet32-contsup", [], { heads: 180_102, context: 38_024, inference: 504_930 }],
  ["resnet32-man", [], { heads: 208_960 + 401_606, averages: 208_960, inference: 466_906 }],
  ["resnet32-mlaan", [], { heads: 1_369_728 + 2_300 + 3_900, averages: 292_480, inference: 466_906 }],
  ["resnet32-auglocal", [], { heads: 1_511_608, inference: 466_906 }],
  ["simple-dcl", ["--model", "adaptive"], { heads: 0, shared: 2_560, training: 155_274 }],
  [
    "vgg8b-predsim",
    ["--set", "backbone.widen=1", "--set", "backbone.hidden=1024", "--set", "heads.local.limit=2048"],
    { training: 18_490_192, inference: 8_903_434 },
  ],
  [
    "cnn-dgl",
    ["--set", "backbone.stages=[[128], [256, 256], [512, 512, 512]]"],
    { backbone: 3_840 + 295_680 + 590_592 + 1_181_184 + 2 * 2_360_832 + 8_422_410 - 1_024 },
  ],
] as const)("`llnet summary --json` of %s has the authors' sizes", async ([name, options, parameters]) => {
  const file = fileURLToPath(new URL(`../../examples/${name}.llnet`, import.meta.url));
  const { code, out } = await runCli(["summary", file, "--json", ...options]);
  expect(code).toBe(0);
  expect((JSON.parse(out) as Summary).parameters).toMatchObject(parameters);
});

/** Addresses of the units a split ends its modules with. */
function cuts({ modules }: Summary): (string | undefined)[] {
  return modules.slice(0, -1).map(({ units }) => units.at(-1));
}

// InfoPro's own hand-made balance, [1,14] and [1,6] [1,14] [2,8] counted from 0.
test.for([32, 96])("a split by memory of ResNet-110 for %d pixels gives InfoPro's hand-made cuts", (side) => {
  expect(cuts(resnet(110, "into 2 by memory", { side }))).toEqual(["stage[1].block[15]"]);
  expect(cuts(resnet(110, "into 4 by memory", { side }))).toEqual([
    "stage[1].block[7]",
    "stage[1].block[15]",
    "stage[2].block[9]",
  ]);
});

const saved: { depth: number; split: string; batch: number; floats: number[] }[] = [
  { depth: 32, split: "", batch: 4, floats: [622_260] },
  { depth: 32, split: "into 2 by units", batch: 4, floats: [509_600, 193_036] },
  { depth: 32, split: "into 4 by units", batch: 4, floats: [296_448, 293_480, 232_120, 69_964] },
  {
    depth: 32,
    split: "into 8 by units",
    batch: 4,
    floats: [165_344, 211_432, 211_432, 162_376, 145_976, 166_520, 141_944, 37_068],
  },
  {
    depth: 32,
    split: "into 16 by units",
    batch: 4,
    floats: [99_792, ...times(5, 145_880), 129_576, ...times(4, 113_176), 133_720, ...times(3, 125_496), 20_620],
  },
  { depth: 110, split: "", batch: 4, floats: [2_114_660] },
  { depth: 110, split: "after stage[2].block[9]", batch: 4, floats: [1_591_376, 603_660] },
  { depth: 110, split: "into 4 by units", batch: 4, floats: [886_416, 752_488, 511_064, 234_444] },
  { depth: 110, split: "after stage[1].block[15]", batch: 2, floats: [1_083_336, 1_113_740] },
  {
    depth: 110,
    split: "after stage[1].block[10], stage[2].block[3]",
    batch: 2,
    floats: [755_496, 719_864, 802_124],
  },
  {
    depth: 110,
    split: "after stage[1].block[7], stage[1].block[15], stage[2].block[9]",
    batch: 2,
    floats: [558_792, 604_888, 589_016, 605_132],
  },
];

// Per sample, PyTorch's autograd keeps what a compiled step does not: the decoder's sigmoid (32 × 32 × 3 floats), one of
// the contrastive loss's `[batch, batch]` tables and 3 floats beside it; the decoder's resized input even where that has
// the image's size already (32 × 32 × 16 floats); 2 floats in the classifier. `docs/memory.md` explains it.
test.for(saved)(
  "ResNet-$depth split $split at batch $batch keeps what PyTorch keeps, less three known parts",
  (row) => {
    const { modules } = resnet(row.depth, row.split, { batch: row.batch });
    const less = modules.map(({ units, savedBytesPerSample }, index) => {
      const difference = (row.floats[index] ?? Number.NaN) - savedBytesPerSample / 4;
      if (index === modules.length - 1) return { difference, expected: 2 };
      const last = units.at(-1) ?? "";
      const isFullSize = last === "stem" || last.startsWith("stage[1]");
      return { difference, expected: 32 * 32 * 3 + row.batch + 3 + (isFullSize ? 32 * 32 * 16 : 0) };
    });
    for (const { difference, expected } of less) expect(difference).toBe(expected);
  },
);
