/** ContSup (arXiv 2312.07636): parameters counted on the authors' own classes, local heads 1c2f with cross-entropy. */
import { expect, test } from "vitest";
import { headParameters, repeat, summaryOf, total } from "./summary-of.ts";

type Mode = "R0" | "E" | "R1" | "R1E" | "R4";

const contexts: Record<Mode, string> = {
  R0: "",
  E: "context { 2..last: supply_image(module, input) }",
  R1: "context { 2..last: supply_recent(module) }",
  R1E: "context { 2..last: supply_both(module, input) }",
  R4: "context { 2..last: supply_recent(module, 4) }",
};

function contSup(modules: number, mode: Mode) {
  return summaryOf(`
    import { resnet_cifar } from "std/backbones"
    import { local_classifier } from "std/heads"
    import { supply_image, supply_recent, supply_both } from "std/contsup"
    model net {
      input [32, 32, 3]  classes 10  backbone resnet_cifar(depth = 32)
      split into ${modules} by units
      heads { local: local_classifier }
      ${contexts[mode]}
    }`);
}

const rows = [
  { modules: 2, heads: 28_170, E: 3_912, R1: 192, R1E: 3_912 },
  { modules: 4, heads: 84_958, E: 13_512, R1: 2_944, R1E: 16_360 },
  { modules: 8, heads: 180_102, E: 29_160, R1: 8_960, R1E: 38_024 },
  { modules: 16, heads: 388_374, E: 62_232, R1: 21_808, R1E: 83_944 },
];

test.for(rows)("K = $modules: heads, contexts and inference have the authors' sizes", ({ modules, heads, ...sums }) => {
  expect(total(headParameters(contSup(modules, "R0")))).toBe(heads);
  for (const mode of ["E", "R1", "R1E"] as const) {
    const { parameters } = contSup(modules, mode);
    expect(parameters.context, mode).toBe(sums[mode]);
    expect(parameters.inference, mode).toBe(466_906 + sums[mode]);
  }
});

test.for([
  ["E", [...repeat(6, 2_136), ...repeat(5, 3_912), ...repeat(4, 7_464)]],
  ["R1", [96, ...repeat(5, 304), 608, ...repeat(4, 1_120), 2_240, ...repeat(3, 4_288)]],
] as const)("K = 16: the encoders %s of every boundary have the authors' sizes", ([mode, expected]) => {
  const { modules } = contSup(16, mode);
  expect(modules.slice(1).map(({ context }) => context.parameters)).toEqual(expected);
});

// Of the authors' parameters we count those that received a gradient in a step of the released code, decoders off.
test.for([
  ["R0", 551_864],
  ["E", 565_376],
  ["R1", 554_808],
  ["R1E", 568_224],
  ["R4", 556_600],
] as const)("K = 4, %s: as many parameters are trained as by the released code", ([mode, trained]) => {
  expect(contSup(4, mode).parameters.training).toBe(trained);
});

test("the image encoder does its multiply-adds at the image's size, at every boundary", () => {
  const { modules } = contSup(4, "E");
  expect(modules.map(({ context }) => context.macs)).toEqual([0, 2_101_248, 3_870_720, 7_409_664]);
});
