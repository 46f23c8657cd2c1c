/** MLAAN (arXiv 2406.16633): parameters of chains, averages and heads counted on the authors' own classes, window 2. */
import { expect, test } from "vitest";
import type { Summary } from "../../../compiler/index.ts";
import { repeat, summaryOf } from "./summary-of.ts";

/** Cuts after each of these blocks in every stage, but not at the network's end. */
function cutsAfter(stages: readonly (readonly number[])[]): string {
  return stages.flatMap((blocks, stage) => blocks.map((block) => `stage[${stage + 1}].block[${block}]`)).join(", ");
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const tenOf18 = [2, 3, 5, 6, 8, 10, 12, 14, 15, 17, 18];

const nets = [
  {
    depth: 32,
    chains: "resnet32_chains_15",
    cuts: cutsAfter([upTo(5), upTo(5), upTo(4)]),
    backbone: [5_136, ...repeat(4, 4_672), 14_528, ...repeat(4, 18_560), 57_728, ...repeat(3, 73_984), 74_634],
    learned: 2_945_152,
    averages: 642_688,
    alone: 4_930,
    cascade: 8_450,
  },
  {
    depth: 32,
    chains: "resnet32_chains_8",
    cuts: cutsAfter([
      [1, 3, 5],
      [2, 4],
      [1, 3],
    ]),
    backbone: [5_136, 9_344, 9_344, 33_088, 37_120, 76_288, 147_968, 148_618],
    learned: 1_369_728,
    averages: 292_480,
    alone: 2_300,
    cascade: 3_900,
  },
  {
    depth: 110,
    chains: "resnet110_chains_32",
    cuts: cutsAfter([tenOf18, tenOf18, [2, 4, 5, 7, 8, 10, 12, 14, 16]]),
    learned: 6_536_448,
    averages: 1_446_144,
    alone: 11_180,
    cascade: 19_500,
  },
  {
    depth: 110,
    chains: "resnet110_chains_54",
    cuts: cutsAfter([upTo(18), upTo(18), upTo(17)]),
    learned: 11_219_520,
    averages: 2_543_808,
    alone: 19_880,
    cascade: 33_800,
  },
];

function mlaan(depth: number, chains: string, cuts: string): Summary {
  return summaryOf(`
    import { resnet_cifar } from "std/backbones"
    import { mlaan, windowed, ${chains} } from "std/mlaan"
    model net {
      input [32, 32, 3]  classes 10  backbone resnet_cifar(depth = ${depth})
      split after ${cuts}
      heads { 1: off  2..last - 1: mlaan(table(${chains}(backbone)))  last: windowed }
    }`);
}

test.for(nets)("$chains: modules, chains, averages and heads have the authors' sizes", (net) => {
  const { modules, parameters } = mlaan(net.depth, net.chains, net.cuts);
  expect(modules).toHaveLength(Number(net.chains.split("_").at(-1)));
  if (net.backbone) expect(modules.map((module) => module.parameters)).toEqual(net.backbone);
  expect(parameters.averages).toBe(net.averages);
  expect(parameters.heads).toBe(net.learned + net.alone + net.cascade);
  expect(modules.slice(1, -1).every(({ heads }) => heads.length === 1)).toBe(true);
});

test("chains of ResNet-32 shrink with depth as the authors' do", () => {
  const { modules } = mlaan(32, "resnet32_chains_15", nets[0]?.cuts ?? "");
  const heads = modules.flatMap((module) => module.heads.map(({ parameters }) => parameters));
  // Less the classifiers: 10 (C + 1) of the module alone, 650 of the cascade.
  const alone = [...repeat(4, 170), ...repeat(5, 330), ...repeat(4, 650)];
  expect(heads.map((head, index) => head - 650 - (alone[index] ?? 0))).toEqual([
    ...repeat(4, 220_224),
    ...repeat(5, 279_680),
    ...repeat(2, 221_952),
    147_968,
    73_984,
  ]);
});

test("HPFF's four decoders and the head have the published sizes at 16, 32 and 64 channels", () => {
  const { modules } = summaryOf(`
    import { resnet_cifar } from "std/backbones"
    import { hpff } from "std/hpff"
    import { windowed } from "std/mlaan"
    model net {
      input [32, 32, 3]  classes 10  backbone resnet_cifar(depth = 14)
      split after stage[1].block[1], stage[1].block[2], stage[2].block[2], stage[3].block[1]
      heads { 1: off  2..last - 1: hpff(reconstruct = lerp(5, 0))  last: windowed }
    }`);
  const [decoders, heads, alone] = [
    [8_364, 15_276, 29_100],
    [19_466, 65_162, 83_594],
    [170, 330, 650],
  ] as const;
  expect(modules.flatMap((module) => module.heads.map(({ parameters }) => parameters))).toEqual(
    decoders.map((decoder, index) => decoder + (heads[index] ?? 0) + (alone[index] ?? 0)),
  );
});

test("BackLink on ResNet-32 in 16 modules: heads are the 1c2f ones, links have no weights", () => {
  const { parameters } = summaryOf(`
    import { resnet_cifar } from "std/backbones"
    import { backlink, linear_logits } from "std/backlink"
    model net {
      input [32, 32, 3]  classes 10  backbone resnet_cifar(depth = 32)
      split into 16 by units
      heads { local: backlink  last: backlink(then = linear_logits) }
    }`);
  expect(parameters).toMatchObject({ heads: 388_374, inference: 466_906 });
});

test("a chain by rule has the first block of every later stage and the last block", () => {
  const { modules } = summaryOf(`
    import { resnet_cifar } from "std/backbones"
    import { leap_ahead, mlaan, windowed } from "std/mlaan"
    model net {
      input [32, 32, 3]  classes 10  backbone resnet_cifar(depth = 20)
      split into 10
      heads { 1: off  2..last - 1: mlaan(leap_ahead(backbone, module))  last: windowed }
    }`);
  const heads = modules.flatMap((module) => module.heads.map(({ parameters }) => parameters));
  const alone = [...repeat(3, 170), ...repeat(3, 330), ...repeat(2, 650)];
  const [second, third, later] = [14_528, 57_728, 73_984];
  expect(heads.map((head, index) => head - 650 - (alone[index] ?? 0))).toEqual([
    ...repeat(3, second + third + later),
    ...repeat(3, third + later),
    2 * later,
    later,
  ]);
});
