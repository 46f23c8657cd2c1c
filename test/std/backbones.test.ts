/** Parameters and multiply-adds of the convolutional backbones and perceptrons, counted on the authors' own classes. */
import { expect, test } from "vitest";
import { inStage, summaryOf, unitMacs, unitParameters } from "./backbone-summary.ts";

const image = { side: 224, classes: 1000 };

test.each([
  ["resnet(18)", 11_689_512, 1_814_073_344],
  ["resnet(34)", 21_797_672, 3_663_761_408],
  ["resnet(50)", 25_557_032, 4_089_184_256],
  ["resnet(101)", 44_549_160, 7_801_405_440],
  ["resnet(152)", 60_192_808, 11_513_626_624],
  // torchvision's published number of parameters; of its multiply-adds, 16.41 · 10⁹.
  ["resnext()", 88_791_336, 16_414_015_488],
  ["vgg(13)", 133_053_736, 11_308_466_176],
])("%s has torchvision's %i parameters and %i multiply-adds at 224 pixels", (backbone, parameters, macs) => {
  const summary = summaryOf(backbone, image);
  expect([summary.parameters.backbone, summary.macs.backbone]).toEqual([parameters, macs]);
});

test.each([
  ["vgg(11)", 132_868_840],
  ["vgg(16)", 138_365_992],
  ["vgg(19)", 143_678_248],
])("%s has torchvision's %i parameters", (backbone, parameters) => {
  expect(summaryOf(backbone, image).parameters.backbone).toBe(parameters);
});

test.each([
  { depth: 101, cut: "stage[2].block[1]", first: 604_736, second: 43_944_424, macs: 1_158_463_488 },
  { depth: 152, cut: "stage[2].block[6]", first: 2_005_056, second: 58_187_752, macs: 2_250_293_248 },
])("InfoPro's cut of ResNet-$depth for ImageNet lies where the released code has it", (row) => {
  const { modules } = summaryOf(`resnet(${row.depth})`, { ...image, after: [row.cut] });
  expect(modules.map(({ parameters }) => parameters)).toEqual([row.first, row.second]);
  expect(modules[0]?.macs).toBe(row.macs);
});

test.each([
  { depth: 152, cut: "stage[3].block[14]", counts: [18_601_024, 39_542_784] },
  { depth: 101, cut: "stage[3].block[9]", counts: [11_894_848, 30_605_312] },
])("DGL's halves of ResNet-$depth have the released code's parameters", ({ depth, cut, counts }) => {
  const summary = summaryOf(`resnet(${depth})`, { ...image, after: [cut] });
  expect(unitParameters(summary)).toEqual(counts);
  expect(summary.modules.at(-1)?.readout?.parameters).toBe(2_049_000);
});

test("DGL's convolutional network has the released code's blocks", () => {
  const after = ["stage[1]", "stage[2].layer[1]", "stage[2].layer[2]", "stage[3].layer[1]", "stage[3].layer[2]"];
  const summary = summaryOf("plain_cnn()", { after });
  expect(unitParameters(summary)).toEqual([3_840, 295_680, 590_592, 1_181_184, 2_360_832, 2_360_832]);
  expect(unitMacs(summary)).toEqual([3_538_944, 75_497_472, 150_994_944, 75_497_472, 150_994_944, 150_994_944]);
});

const vgg13 = [1, 2, 3, 4, 5].flatMap((stage) => inStage(stage, "layer", 2));
const vgg19 = [2, 2, 4, 4, 4].flatMap((count, index) => inStage(index + 1, "layer", count));
/** The layers after which blocks of `size` layers end, the last one included; what follows it is the classifier. */
const blocksOf = (layers: readonly string[], size: number) =>
  layers.filter((_, index) => (index + 1) % size === 0 || index === layers.length - 1);

test.each([
  {
    depth: 13,
    size: 1,
    layers: vgg13,
    counts: [1_920, 37_056, 74_112, 147_840, 295_680, 590_592, 1_181_184, 2_360_832, 2_360_832, 2_360_832],
  },
  { depth: 13, size: 3, layers: vgg13, counts: [113_088, 1_034_112, 5_902_848, 2_360_832] },
  { depth: 19, size: 4, layers: vgg19, counts: [260_928, 2_067_456, 8_263_680, 9_443_328] },
  { depth: 19, size: 8, layers: vgg19, counts: [2_328_384, 17_707_008] },
])("VGG-$depth in blocks of $size has the parameters of DGL's code", ({ depth, size, layers, counts }) => {
  const { modules } = summaryOf(`vgg(${depth})`, { ...image, after: blocksOf(layers, size) });
  expect(modules.map(({ parameters }) => parameters)).toEqual([...counts, 123_642_856]);
});

test("parameter-free shortcuts take nothing from ResNet-110 but their parameters, in DGL's halves", () => {
  const summary = summaryOf("resnet_cifar(110, shortcut = zero_padding)", { after: ["stage[2].block[8]"] });
  expect(summary.parameters.backbone).toBe(1_727_962);
  expect(unitParameters(summary)).toEqual([228_432, 1_498_880]);
  expect(unitMacs(summary)[0]).toBe(121_946_112);
});

test.each([
  { after: ["stage[2].block[9]"], counts: [246_992, 1_480_320] },
  {
    after: ["stage[1].block[14]", "stage[2].block[10]", "stage[3].block[5]"],
    counts: [65_872, 199_680, 499_968, 961_792],
  },
  {
    after: [
      ...["stage[1].block[7]", "stage[1].block[14]", "stage[2].block[3]", "stage[2].block[10]"],
      ...["stage[2].block[18]", "stage[3].block[6]", "stage[3].block[12]"],
    ],
    counts: [33_168, 32_704, 69_760, 129_920, 148_480, 425_472, 443_904, 443_904],
  },
])("TRGL's ResNet-110, cut after $after, has the released code's parameters", ({ after, counts }) => {
  const summary = summaryOf("resnet_cifar(110, shortcut = zero_padding)", { side: 96, after });
  expect(unitParameters(summary)).toEqual(counts);
});

test("ResNet-18 with a small stem has the blocks of the forward-gradient code", () => {
  const after = [1, 2, 3, 4].flatMap((stage) => inStage(stage, "block", 2)).slice(0, -1);
  const summary = summaryOf("resnet(18, stem = conv_norm_relu)", { after });
  const blocks = [75_840, 73_984, 230_144, 295_424, 919_040, 1_180_672, 3_673_088, 4_720_640];
  expect(unitParameters(summary)).toEqual(blocks);
});

test("DenseNet-BC-100-12 has 769,162 parameters, growing by the same in every layer", () => {
  const { parameters } = summaryOf("densenet()");
  expect(parameters.backbone).toBe(769_162);
  // arXiv 1608.06993: a layer on c channels is BN(c), 1 × 1 to 48, BN(48), 3 × 3 to 12.
  const layer = (c: number) => 2 * c + 48 * c + 2 * 48 + 9 * 48 * 12;
  const [first, second] = unitParameters(summaryOf("densenet()", { after: ["stem", "stage[1].layer[16]"] })).slice(1);
  expect(first).toBe(Array.from({ length: 16 }, (_, l) => layer(24 + 12 * l)).reduce((a, b) => a + b));
  expect(second).toBe(769_162 - 648 - (first ?? 0) - (342 * 10 + 10));
});

const vgg8 = ["stage[1].layer[1]", "stage[1].layer[2]", "stage[2].layer[1]", "stage[2].layer[2]", "stage[3]"];
const everyLayer = [...vgg8, "stage[4]", "hidden"];

test("every layer of VGG8b is a module with the released code's parameters, the classifier included", () => {
  const { modules, parameters } = summaryOf("vgg_b()", { after: everyLayer });
  expect(modules.map((module) => module.parameters)).toEqual([
    3_840, 295_680, 590_592, 1_181_184, 2_360_832, 2_360_832, 2_100_224, 10_250,
  ]);
  expect(parameters.inference).toBe(8_903_434);
});

test.each([
  ["VGG8b for CIFAR-100", "vgg_b()", { classes: 100 }, 8_995_684],
  ["VGG8b for MNIST", "vgg_b()", { side: 28, channels: 1 }, 7_328_266],
  ["VGG8b for STL-10", "vgg_b()", { side: 96 }, 11_540_234],
  ["VGG11b for CIFAR-10", "vgg_b(11)", {}, 11_559_946],
  ["PredSim's perceptron for CIFAR-10", "mlp_batch_norm()", {}, 27_273_010],
  ["PredSim's perceptron for MNIST", "mlp_batch_norm([1024, 1024, 1024])", { side: 28, channels: 1 }, 2_919_434],
  ["DCL's perceptron for CIFAR-10", "mlp_layer_norm()", {}, 18_923_530],
  ["DCL's perceptron for CIFAR-100", "mlp_layer_norm(drop = 0.3)", { classes: 100 }, 19_200_100],
  ["DCL's perceptron for MNIST", "mlp_layer_norm([1024, 1024])", { side: 28, channels: 1 }, 1_867_786],
  ["DCL's small network", "simple()", {}, 152_714],
  ["DCL's small network, wide", "simple([64, 256, 512])", {}, 1_336_458],
])("%s has the released code's parameters", (_, backbone, task, parameters) => {
  expect(summaryOf(backbone, task).parameters.inference).toBe(parameters);
});

test("DCL's classifiers are modules: of the perceptron with its normalisation, of the small network alone", () => {
  const perceptron = summaryOf("mlp_layer_norm()", { after: ["layer[1]", "layer[2]"] });
  expect(perceptron.modules.map(({ parameters }) => parameters)).toEqual([9_440_256, 9_446_400, 36_874]);
  const small = summaryOf("simple()", { after: ["layer[1]", "layer[2]"] });
  expect(small.modules.map(({ parameters }) => parameters)).toEqual([1_920, 148_224, 2_570]);
});
