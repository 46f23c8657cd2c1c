/** Decoders: of InfoPro for ImageNet (arXiv 2101.10832) as in the authors' code, and ours for feature reconstruction on Swin. */
import { expect, test } from "vitest";
import type { Summary } from "../../../compiler/index.ts";
import { headParameters, summaryOf } from "./summary-of.ts";

test.for([
  { depth: 101, cut: "stage[2].block[1]", modules: [604_736, 43_944_424], macs: 7_801_405_440 },
  { depth: 152, cut: "stage[2].block[6]", modules: [2_005_056, 58_187_752], macs: 11_513_626_624 },
])("InfoPro on ResNet-$depth for ImageNet: modules, decoder and head have the authors' sizes", (row) => {
  const { modules, macs } = summaryOf(`
    import { resnet } from "std/backbones"
    import { infopro_imagenet } from "std/infopro"
    model net {
      input [224, 224, 3]  classes 1000  backbone resnet(depth = ${row.depth})
      split after ${row.cut}
      heads { local: infopro_imagenet }
      train { batch: 2 }
    }`);
  expect(modules.map((module) => module.parameters)).toEqual(row.modules);
  expect(modules[0]?.heads[0]).toMatchObject({ parameters: 106_699 + 4_643_560, macs: 226_594_816 + 220_413_952 });
  expect(macs.backbone).toBe(row.macs);
});

function swin(heads: string, { side = 224, window = 7, classes = 10 } = {}): Summary {
  return summaryOf(`
    import { swin } from "std/backbones"
    import { feature_reconstruction, infopro_transformer, conv_decoder, linear_decoder, transposed_decoder }
      from "std/feature_reconstruction"
    model net {
      input [${side}, ${side}, 3]  classes ${classes}  backbone swin(window = ${window})
      split after stage[1], stage[2], stage[3]
      heads { local: ${heads} }
      train { batch: 2 }
    }`);
}

const classifiers = { 10: [2_314, 4_618, 9_226], 100: [19_684, 39_268, 78_436] } as const;

test.for([
  ["conv_decoder", [165_984, 663_744, 2_654_592]],
  ["linear_decoder", [74_112, 295_680, 1_181_184]],
  ["transposed_decoder", [73_824, 295_104, 1_180_032]],
] as const)("%s on Swin-T in its four stages has the sizes of its layers", ([decoder, sizes]) => {
  for (const classes of [10, 100] as const) {
    const parameters = headParameters(swin(`feature_reconstruction(decoder = ${decoder})`, { classes }));
    expect(parameters).toEqual(sizes.map((size, index) => size + (classifiers[classes][index] ?? 0)));
  }
});

test("the first module can rebuild the image, the input, or what its first unit made of it", () => {
  const first = (target: string) => headParameters(swin(`feature_reconstruction(first = "${target}")`))[0];
  expect(first("embed")).toBe(74_112 + 2_314);
  expect(first("image")).toBe(193 * 8 * 8 * 3 + 2_314);
  expect(first("input")).toBe(193 * 8 * 8 * 3 + 2_314);
});

test("InfoPro-Transformer rebuilds the image from every module, with any decoder", () => {
  const imageDecoder = [192, 384, 768].map((channels) => 108 * channels + 363);
  const withClassifier = (sizes: number[]) => sizes.map((size, index) => size + (classifiers[10][index] ?? 0));
  expect(headParameters(swin("infopro_transformer"))).toEqual(withClassifier(imageDecoder));
  const linear = [8, 16, 32].map((times, index) => (192 * 2 ** index + 1) * times * times * 3);
  expect(headParameters(swin("infopro_transformer(decoder = linear_decoder)"))).toEqual(withClassifier(linear));
});

test("Swin-T for 96 and 32 pixels is cut into the stages' own sizes", () => {
  const sizes = (side: number, window: number): number[] =>
    swin("feature_reconstruction", { side, window }).modules.map(({ parameters }) => parameters);
  expect(sizes(96, 6)).toEqual([298_902 + 4_896, 1_187_628, 11_838_216, 14_176_944 + 9_226]);
  expect(sizes(32, 4)).toEqual([298_470 + 4_896, 1_186_764, 11_830_152, 14_175_792 + 9_226]);
});

test("on a vision transformer everything but the class token is rebuilt", () => {
  const { modules } = summaryOf(`
    import { vit } from "std/backbones"
    import { feature_reconstruction, infopro_transformer, linear_decoder } from "std/feature_reconstruction"
    model net {
      input [64, 64, 3]  classes 10  backbone vit(width = 64, depth = 6, heads = 2)
      split after embed, block[2], block[4]
      heads {
        1:    infopro_transformer(decoder = linear_decoder)
        2..3: feature_reconstruction
      }
      train { batch: 2 }
    }`);
  const classifier = 2 * 64 + 65 * 10;
  expect(headParameters({ modules } as Summary)).toEqual([
    65 * 16 * 16 * 3 + classifier,
    65 * 64 + classifier,
    65 * 64 + classifier,
  ]);
});

test("TRGL's Swin is cut into its stages, each with a classifier for tokens", () => {
  const { modules } = summaryOf(`
    import { swin } from "std/backbones"
    import { linear_logits } from "std/backlink"
    import { transported } from "std/trgl"
    model net {
      input [96, 96, 3]  classes 10  backbone swin(window = 6)
      split after stage[1], stage[2], stage[3]
      heads {
        local: transported(tau = 10, varying = false)
        last:  transported(tau = 10, varying = false, then = linear_logits)
      }
      train { batch: 2 }
    }`);
  expect(headParameters({ modules } as Summary)).toEqual([2_314, 4_618, 9_226]);
});
