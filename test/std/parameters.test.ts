import { expect, test } from "vitest";
import type { Model } from "../../compiler/2-elaborate/model.ts";
import { expectModel, headFor, moduleView, parametersOf } from "../compiler/elaborate/elaborate-text.ts";

/** A model whose units have 16, 32 and 64 channels at 32, 16 and 8 pixels, and one local head. */
function resnet(depth: number, head: string, classes = 10): Model {
  return expectModel(`
    import { resnet_cifar } from "std/backbones"
    import { infopro, greedy, local_classifier } from "std/heads"
    model m { input [32, 32, 3] classes ${classes} backbone resnet_cifar(depth = ${depth}) split into 2 heads { local: ${head} } }`);
}

function backboneParameters(model: Model): number {
  const { units } = model.backbone;
  const classifier = headFor(model, moduleView(model, 2, 2, units.slice(-1))).head;
  return parametersOf([...units.map(({ fragment }) => fragment), ...(classifier ? [classifier.fragment] : [])]);
}

test.each([
  [20, 10, 272_474],
  [32, 10, 466_906],
  [32, 100, 472_756],
  [110, 10, 1_730_714],
  [110, 100, 1_736_564],
])("ResNet-%i with %i classes has the paper code's %i parameters", (depth, classes, expected) => {
  expect(backboneParameters(resnet(depth, "greedy", classes))).toBe(expected);
});

test("units of ResNet-32 have the parameters of the released code", () => {
  const { units } = resnet(32, "greedy").backbone;
  const counts = units.map(({ fragment }) => parametersOf([fragment]));
  expect(counts).toEqual([
    464, 4672, 4672, 4672, 4672, 4672, 14_528, 18_560, 18_560, 18_560, 18_560, 57_728, 73_984, 73_984, 73_984, 73_984,
  ]);
});

/** Parameters of the head on the last unit with C channels. */
function headParameters(head: string, channels: 16 | 32 | 64, classes = 10): number {
  const model = resnet(20, head, classes);
  const unit = { 16: 3, 32: 6, 64: 9 }[channels];
  const { head: made, diagnostics } = headFor(
    model,
    moduleView(model, 1, 2, model.backbone.units.slice(unit, unit + 1)),
  );
  if (made === undefined) throw new Error(diagnostics[0]?.message);
  return parametersOf([made.fragment]);
}

const decoder = { 16: 2091, 32: 3819, 64: 7275 } as const;

test.each([
  ["greedy()", 170, 330, 650],
  ["greedy([128])", 3466, 5514, 9610],
  ["local_classifier(convs = 0, denses = 1)", 170, 330, 650],
  ["local_classifier(convs = 0, denses = 2)", 3466, 5514, 9610],
  ["local_classifier(convs = 1, denses = 1)", 5002, 19_210, 37_642],
  ["local_classifier()", 10_186, 28_170, 46_602],
  ["local_classifier(denses = 3)", 26_698, 44_682, 63_114],
  ["local_classifier(convs = 2)", 19_466, 65_162, 83_594],
])("%s has the published parameters at 16, 32 and 64 channels", (head, ...expected) => {
  expect(([16, 32, 64] as const).map((channels) => headParameters(head, channels))).toEqual(expected);
});

test.each([
  ["convs = 0, denses = 1", 2176, 4224, 8320],
  ["convs = 0, denses = 2", 18_688, 20_736, 24_832],
  ["convs = 1, denses = 1", 8896, 26_880, 45_312],
  ["convs = 1, denses = 2", 25_408, 43_392, 61_824],
  ["convs = 1, denses = 3", 41_920, 59_904, 78_336],
  ["convs = 2, denses = 2", 34_688, 80_384, 98_816],
])("infopro in contrast mode with %s adds the decoder to the published head", (config, ...expected) => {
  const counts = ([16, 32, 64] as const).map(
    (channels) => headParameters(`infopro(contrast = true, ${config})`, channels) - decoder[channels],
  );
  expect(counts).toEqual(expected);
});

test.each([
  [0.5, 1047, 1911, 3639],
  [1, 2091, 3819, 7275],
  [2, 4179, 7635, 14_547],
])("the image decoder widened by %d has the published parameters", (widen, ...expected) => {
  const counts = ([16, 32, 64] as const).map((channels) => {
    // The head's 0c1f part is not widened: channels · classes + classes.
    return headParameters(`infopro(convs = 0, denses = 1, widen = ${widen})`, channels) - (channels * 10 + 10);
  });
  expect(counts).toEqual(expected);
});

test("a widened contrast head keeps its 128 features", () => {
  const counts = ([16, 32, 64] as const).map((channels) =>
    headParameters("infopro(contrast = true, widen = 2)", channels),
  );
  expect(counts).toEqual([4179 + 58_880, 7635 + 103_040, 14_547 + 139_904]);
});

test("InfoPro's softmax head for 100 classes has the published parameters", () => {
  expect(([16, 32, 64] as const).map((channels) => headParameters("local_classifier()", channels, 100))).toEqual([
    21_796, 39_780, 58_212,
  ]);
});

test("depths that are no 6n + 2 are refused where the depth is computed", () => {
  expect(() => resnet(31, "greedy")).toThrow("29 / 6 leaves a rest");
});
