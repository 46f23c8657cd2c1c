/** Heads for ImageNet's networks, counted on the authors' code: AugLocal (arXiv 2402.17318), DGL (1901.08164), MLAAN (2406.16633). */
import { expect, test } from "vitest";
import type { Summary } from "../../../compiler/index.ts";
import { headParameters, repeat, summaryOf, total } from "./summary-of.ts";

/** Addresses of the first units of every stage, as many as told. */
function units(counts: readonly number[], name = "block"): string[] {
  return counts.flatMap((count, stage) =>
    Array.from({ length: count }, (_, index) => `stage[${stage + 1}].${name}[${index + 1}]`),
  );
}

function imagenet(imports: string, backbone: string, cuts: readonly string[], heads: string): Summary {
  return summaryOf(`
    import { resnet, vgg } from "std/backbones"
    ${imports}
    model net {
      input [224, 224, 3]  classes 1000  backbone ${backbone}
      split after ${cuts.join(", ")}
      heads { ${heads} }
      train { batch: 2 }
    }`);
}

const auglocal = `import { bottleneck } from "std/blocks"
  import { bottleneck_width, dense_end, plain_layer, sampled } from "std/auglocal"`;

test.for([
  {
    backbone: "resnet(depth = 34)",
    cuts: ["stem", ...units([3, 4, 6, 2])],
    head: "sampled(depth = 4, coefficient = 0)",
    parameters: 21_797_672,
    sum: 154_359_936,
    first: 6_515_944,
  },
  {
    backbone: "resnet(depth = 101)",
    cuts: ["stem", ...units([3, 4, 23, 2])],
    head: "sampled(depth = 4, coefficient = 0, layer = bottleneck, width_of = bottleneck_width)",
    parameters: 44_549_160,
    sum: 406_928_616,
    first: 12_312_552,
  },
])("AugLocal of depth 4 on $backbone: heads sum to $sum", ({ backbone, cuts, head, parameters, sum, first }) => {
  const summary = imagenet(auglocal, backbone, cuts, `local: ${head}`);
  expect(summary.parameters.backbone).toBe(parameters);
  expect(headParameters(summary)[0]).toBe(first);
  expect(total(headParameters(summary))).toBe(sum);
});

test("AugLocal of depth 1 on VGG-13: heads have the authors' sizes", () => {
  const head = "sampled(depth = 1, layer = plain_layer, then = dense_end, normalize_single = false, layers = 10)";
  const summary = imagenet(auglocal, "vgg(depth = 13)", units([2, 2, 2, 2, 1], "layer"), `local: ${head}`);
  expect(summary.parameters.backbone).toBe(133_053_736);
  expect(headParameters(summary)).toEqual([
    ...repeat(2, 1_336_808),
    ...repeat(2, 1_631_720),
    ...repeat(2, 2_221_544),
    ...repeat(3, 3_401_192),
  ]);
});

// As everywhere, the released counts hold 2C parameters of a normalisation that is never called.
test("DGL on VGG-13 in 10 modules: layers and heads have the authors' sizes", () => {
  const summary = imagenet(
    'import { dgl } from "std/dgl"',
    "vgg(depth = 13)",
    units([2, 2, 2, 2, 1], "layer"),
    "local: dgl",
  );
  const channels = [64, 64, 128, 128, 256, 256, 512, 512, 512];
  const released = [...repeat(2, 468_712), ...repeat(2, 1_354_216), ...repeat(2, 4_378_600), ...repeat(3, 15_440_872)];
  expect(headParameters(summary)).toEqual(released.map((size, index) => size - 2 * (channels[index] ?? 0)));
  const blocks = [1_920, 37_056, 74_112, 147_840, 295_680, 590_592, 1_181_184, ...repeat(3, 2_360_832)];
  expect(summary.modules.map(({ parameters }) => parameters)).toEqual(
    blocks.map((size, index) => size + (index === 9 ? 123_642_856 : 0)),
  );
});

test.for([
  [
    "vgg(depth = 13)",
    ["stage[2].layer[1]", "stage[3].layer[2]", "stage[5].layer[1]"],
    [113_088, 1_034_112, 5_902_848, 2_360_832],
  ],
  [
    "vgg(depth = 19)",
    ["stage[2].layer[2]", "stage[3].layer[4]", "stage[4].layer[4]"],
    [260_928, 2_067_456, 8_263_680, 9_443_328],
  ],
  ["vgg(depth = 19)", ["stage[3].layer[4]"], [2_328_384, 17_707_008]],
] as const)("DGL's coarser cuts of %s after %s leave the authors' blocks", ([backbone, cuts, blocks]) => {
  const { modules } = imagenet("", backbone, cuts, "local: off");
  const classifier = 123_642_856;
  expect(modules.map(({ parameters }, index) => parameters - (index === modules.length - 1 ? classifier : 0))).toEqual([
    ...blocks,
  ]);
});

test.for([
  [152, "stage[3].block[14]", 18_601_024, 39_542_784, 57_619_432],
  [101, "stage[3].block[9]", 11_894_848, 30_605_312, 57_619_432],
] as const)(
  "DGL on ResNet-%i in two: modules and head have the authors' sizes",
  ([depth, cut, first, second, head]) => {
    const { modules } = imagenet('import { dgl } from "std/dgl"', `resnet(depth = ${depth})`, [cut], "local: dgl");
    expect(modules.map(({ parameters }) => parameters)).toEqual([first, second + 2_049_000]);
    expect(modules[0]?.heads[0]?.parameters).toBe(head - 2 * 1_024);
  },
);

test("MLAAN on ResNet-34 in 16: modules and chains have the authors' sizes", () => {
  const summary = imagenet(
    'import { mlaan, resnet34_chains_16, windowed } from "std/mlaan"',
    "resnet(depth = 34)",
    units([3, 4, 6, 2]),
    "1..2: off  3..last - 1: mlaan(table(resnet34_chains_16(backbone)), window = 3)  last: windowed(window = 3, alone = 0.001)",
  );
  const blocks = [
    ...repeat(3, 73_984),
    230_144,
    ...repeat(3, 295_424),
    919_040,
    ...repeat(5, 1_180_672),
    3_673_088,
    ...repeat(2, 4_720_640),
  ];
  expect(summary.modules.map(({ parameters }) => parameters)).toEqual(
    blocks.map((size, index) => size + (index === 0 ? 9_536 : 0) + (index === 15 ? 513_000 : 0)),
  );
  const chains = [9_838_336, ...repeat(4, 9_608_192), ...repeat(6, 9_574_400), 14_161_920, 9_441_280];
  const channels = [64, ...repeat(4, 128), ...repeat(6, 256), ...repeat(2, 512)];
  expect(headParameters(summary)).toEqual(
    chains.map((size, index) => size + 513_000 + 1_000 * ((channels[index] ?? 0) + 1)),
  );
});
