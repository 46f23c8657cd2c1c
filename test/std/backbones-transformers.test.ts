/** ViT and Swin: parameters and multiply-adds counted on the authors' own classes, the places of shifts and drops, wrong sizes. */
import { expect, test } from "vitest";
import type { Unit } from "../../compiler/2-elaborate/model.ts";
import { compile } from "../../compiler/index.ts";
import { expectModel } from "../compiler/elaborate/elaborate-text.ts";
import { modelText, summaryOf, unitMacs, unitParameters } from "./backbone-summary.ts";
import { summaryOf as methodSummary } from "./methods/summary-of.ts";

const stages = ["stage[1]", "stage[2]", "stage[3]"];
const embedding = 4_896;
const lastNorm = 2 * 768;

test.each([
  ["Swin-T", "swin()", { side: 224, classes: 1000 }, 28_288_354],
  ["Swin-T for 10 classes", "swin()", { side: 224 }, 27_527_044],
  ["Swin-T for 100 classes", "swin()", { side: 224, classes: 100 }, 27_596_254],
  ["Swin-T at 32 pixels with windows of 4", "swin(window = 4)", {}, 27_505_300],
  ["Swin-T at 32 pixels with windows of 8", "swin(window = 8)", {}, 27_506_356],
  ["Swin-T at 96 pixels with windows of 6", "swin(window = 6)", { side: 96 }, 27_515_812],
  ["ViT-Ti/16", "vit()", { side: 224, classes: 1000 }, 5_717_416],
  ["ViT-Ti/16 for 10 classes", "vit()", { side: 224 }, 5_526_346],
  ["ViT-S/16", "vit(width = 384)", { side: 224, classes: 1000 }, 22_050_664],
  ["ViT-B/16", "vit(width = 768)", { side: 224, classes: 1000 }, 86_567_656],
  ["ViT-B/16 for 10 classes", "vit(width = 768)", { side: 224 }, 85_806_346],
])("%s has the released code's parameters", (_, backbone, task, parameters) => {
  expect(summaryOf(backbone, task).parameters.inference).toBe(parameters);
});

test.each([
  { side: 224, window: 7, counts: [299_190, 1_188_204, 11_841_672, 14_183_856] },
  { side: 96, window: 6, counts: [298_902, 1_187_628, 11_838_216, 14_176_944] },
  { side: 32, window: 4, counts: [298_470, 1_186_764, 11_830_152, 14_175_792] },
])("a cut after a stage of Swin-T leaves its merging before the cut, at $side pixels", ({ side, window, counts }) => {
  const summary = summaryOf(`swin(window = ${window})`, { side, after: stages });
  const [first = 0, second, third, fourth = 0] = unitParameters(summary);
  expect([first - embedding, second, third, fourth - lastNorm]).toEqual(counts);
  expect(summary.modules.map(({ units }) => units.at(-1))).toEqual([
    "stage[1].merge",
    "stage[2].merge",
    "stage[3].merge",
    "norm",
  ]);
});

test("Swin-T's multiply-adds are the released counter's, without the layer normalisations that it counts", () => {
  const summary = summaryOf("swin()", { side: 224, classes: 1000, after: stages });
  const published = [811_948_032, 781_691_904, 2_183_935_488, 701_159_424];
  // It counts channels · pixels twice a block and once a merging.
  const normalised = [5 * 96 * 56 ** 2, 5 * 192 * 28 ** 2, 13 * 384 * 14 ** 2, 4 * 768 * 7 ** 2];
  const embedded = 56 ** 2 * 96 * 48;
  const [first = 0, ...others] = unitMacs(summary);
  expect([first - embedded, ...others]).toEqual(published.map((macs, stage) => macs - (normalised[stage] ?? 0)));
  // And once after the embedding, and the last one as if there were 16 times as many channels on 1/16 of the pixels.
  const total =
    summary.macs.backbone + normalised.reduce((sum, next) => sum + next) + 96 * 56 ** 2 + (768 * 56 ** 2) / 16;
  expect(total).toBe(4_494_405_120);
});

// Counted with PyTorch's autograd, 26,658,554 floats a sample end to end; shares with linear classifiers are ours.
test("what Swin-T keeps for its backward pass, at 224 pixels: end to end, and the largest of two and of four modules", () => {
  const largest = (after: readonly string[]): number => {
    const { modules } = methodSummary(`
      import { swin } from "std/backbones"
      import { dgl } from "std/dgl"
      import { token_classifier } from "std/feature_reconstruction"
      model net {
        input [224, 224, 3]  classes 1000  backbone swin()
        ${after.length > 0 ? `split after ${after.join(", ")}  heads { local: dgl(then = token_classifier) }` : ""}
        train { batch: 8 }
      }`);
    return Math.max(...modules.map(({ savedBytesPerSample }) => savedBytesPerSample / 4));
  };
  const whole = largest([]);
  expect(whole / 26_658_554).toBeGreaterThan(0.999);
  expect(whole / 26_658_554).toBeLessThan(1);
  expect((largest(["stage[2]"]) / whole).toFixed(3)).toBe("0.649");
  expect((largest(stages) / whole).toFixed(3)).toBe("0.442");
});

test.each([192, 384, 768])("ViT of width %i has MAN's embedding, blocks and norm, less a normalisation", (width) => {
  const after = ["embed", ...Array.from({ length: 12 }, (_, index) => `block[${index + 1}]`)];
  const [embed = 0, ...others] = unitParameters(summaryOf(`vit(width = ${width})`, { side: 224, after }));
  const published = { 192: [186_048, 444_864], 384: [372_096, 1_774_464], 768: [744_192, 7_087_872] }[width] ?? [];
  // The totals above have nothing that MAN's embedding could normalise with; its count is larger by one scale and offset.
  expect(embed + 2 * width).toBe(published[0]);
  expect(others).toEqual([...Array.from({ length: 12 }, () => published[1]), 2 * width]);
});

function unitsOf(backbone: string, side: number): readonly Unit[] {
  return expectModel(modelText(backbone, { side })).backbone.units;
}

/** An argument of every use of an operation, in the order of the chain. */
function argumentsOf(units: readonly Unit[], operation: string, name: string): unknown[] {
  const nodes = units.flatMap(({ fragment }) => fragment.nodes);
  return nodes.filter((node) => node.operation === operation).map((node) => node.arguments[name]);
}

test("Swin shifts its windows in every second block of a stage", () => {
  const shifts = argumentsOf(unitsOf("swin()", 224), "window_attention", "shift");
  expect(shifts).toEqual([0, 3, 0, 3, 0, 3, 0, 3, 0, 3, 0, 3]);
});

test("more and more of Swin's residual steps are left out, from none of the first block's to 0.2", () => {
  const rates = argumentsOf(unitsOf("swin()", 224), "drop_path", "rate") as number[];
  expect(rates).toHaveLength(24);
  const wanted = rates.map((_, index) => (0.2 * Math.floor(index / 2)) / 11);
  expect(rates.every((rate, index) => Math.abs(rate - (wanted[index] ?? NaN)) < 1e-12)).toBe(true);
});

test("every residual branch of the transformers is a tap", () => {
  for (const backbone of ["swin()", "vit()"]) {
    const blocks = unitsOf(backbone, 224).filter(({ address }) => address.includes("block"));
    const names = blocks.map(({ fragment }) => Object.keys(fragment.taps));
    expect(names).toEqual(Array.from({ length: 12 }, () => ["residual", "residual[2]"]));
  }
});

test.each([
  ["an image that patches do not tile", "swin()", 30, "patches of 4 × 4 do not tile 30 × 30"],
  ["windows that do not tile", "swin(window = 7)", 80, "windows of 7 × 7 do not tile [batch, 20, 20, 96]"],
  ["an odd image to merge", "swin(window = 20)", 40, "squares of 2 × 2 do not tile [batch, 5, 5, 192]"],
  ["patches of ViT that do not tile", "vit()", 40, "patches of 16 × 16 do not tile 40 × 40"],
])("%s is one diagnostic", (_, backbone, side, message) => {
  const { diagnostics } = compile({ file: "test.llnet", text: modelText(backbone, { side }) });
  expect(diagnostics.map((diagnostic) => diagnostic.message)).toEqual([message]);
});
