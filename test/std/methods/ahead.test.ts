/** Heads made of layers ahead: AugLocal (arXiv 2402.17318), MAN (2407.05623) and MAN++ (2507.16279), counted on their code. */
import { expect, test } from "vitest";
import type { Summary } from "../../../compiler/index.ts";
import { headParameters, repeat, summaryOf, total } from "./summary-of.ts";

const blocks = [1, 2, 3].flatMap((stage) => [1, 2, 3, 4, 5].map((block) => `stage[${stage}].block[${block}]`));
const units = ["stem", ...blocks];

/** K' = 16 − d modules: single layers, then one of all that are left. */
function augLocal(depth: number, coefficient = 0.5): Summary {
  return summaryOf(`
    import { resnet_cifar } from "std/backbones"
    import { sampled } from "std/auglocal"
    model net {
      input [32, 32, 3]  classes 10  backbone resnet_cifar(depth = 32)
      split after ${units.slice(0, 15 - depth).join(", ")}
      heads { local: sampled(depth = ${depth}, coefficient = ${coefficient}) }
    }`);
}

const sampled = [
  { depth: 1, heads: [...repeat(6, 48_266), ...repeat(5, 58_506), ...repeat(3, 74_762)], full: 806_412, last: 148_618 },
  {
    depth: 2,
    heads: [...repeat(6, 72_906), 76_938, ...repeat(4, 132_362), ...repeat(2, 148_618)],
    full: 1_341_058,
    last: 222_602,
  },
  {
    depth: 3,
    heads: [77_578, 91_466, ...repeat(4, 146_890), 76_938, ...repeat(4, 132_362), 148_618],
    full: 1_844_664,
    last: 296_586,
  },
];

test.for(sampled)("AugLocal of depth $depth on ResNet-32: heads have the authors' sizes", (row) => {
  const summary = augLocal(row.depth);
  expect(headParameters(summary)).toEqual(row.heads);
  expect(total(headParameters(augLocal(row.depth, 0)))).toBe(row.full);
  expect(summary.modules.at(-1)?.parameters).toBe(row.last);
});

test.for([
  [4, 354_314],
  [5, 372_874],
  [6, 391_434],
] as const)("AugLocal of depth %i leaves %i parameters to the module without a head", ([depth, last]) => {
  expect(augLocal(depth).modules.at(-1)?.parameters).toBe(last);
});

function momentum(cuts: string, head: string): Summary {
  return summaryOf(`
    import { resnet_cifar } from "std/backbones"
    import { conv_head } from "std/heads"
    import { momentum, momentum_infopro, heavy_head } from "std/man"
    model net {
      input [32, 32, 3]  classes 10  backbone resnet_cifar(depth = 32)
      split ${cuts}
      heads { local: ${head} }
    }`);
}

const eight =
  "stage[1].block[1], stage[1].block[3], stage[1].block[5], stage[2].block[2], stage[2].block[4], stage[3].block[1], stage[3].block[3]";
const fifteen = blocks.slice(0, -1).join(", ");

const man = [
  { cuts: "into 2 by units", modules: 2, learned: 18_560, heads: 65_162, decoders: 3_819 },
  { cuts: "into 4 by units", modules: 4, learned: 97_216, heads: 168_222, decoders: 13_185 },
  { cuts: "into 8 by units", modules: 8, learned: 208_960, heads: 401_606, decoders: 30_189 },
  { cuts: `after ${fifteen}`, modules: 15, learned: 461_120, heads: 821_644, decoders: 63_834 },
];

test.for(man)("MAN on ResNet-32 in $modules: twins, averages, heads and decoders have the authors' sizes", (row) => {
  const plain = momentum(row.cuts, "momentum()");
  expect(plain.modules).toHaveLength(row.modules);
  expect(plain.parameters.averages).toBe(row.learned);
  expect(total(headParameters(plain))).toBe(row.learned + row.heads);
  expect(total(headParameters(momentum(row.cuts, "momentum_infopro()")))).toBe(row.learned + row.heads + row.decoders);
});

// The authors' sums for InfoPro hold one head in contrastive mode by accident, so heads are compared through DGL's.
test.for([
  { modules: 9, cuts: `after stem, ${eight}`, learned: 213_632, heads: 5_099_600 },
  { modules: 16, cuts: `after stem, ${fifteen}`, learned: 465_792, heads: 9_568_150 },
])("MAN++ on ResNet-32 with the stem apart, $modules units: gates and heavy heads are counted", (row) => {
  const summary = momentum(row.cuts, "momentum(gated = true, then = heavy_head)");
  expect(summary.modules).toHaveLength(row.modules);
  expect(summary.parameters.averages).toBe(row.learned);
  expect(total(headParameters(summary))).toBe(row.learned + row.heads + row.modules - 1);
});

// In the released code the stem's head runs in contrastive mode with 25,408 parameters while all others classify; ours classifies.
test.for([
  { cuts: `after stem, ${eight}`, convs: 2, released: 427_014, stem: 19_466 },
  { cuts: `after stem, ${eight}`, convs: 1, released: 223_494, stem: 10_186 },
  { cuts: `after stem, ${fifteen}`, convs: 2, released: 847_052, stem: 19_466 },
  { cuts: `after stem, ${fifteen}`, convs: 1, released: 440_012, stem: 10_186 },
])("MAN++ with the stem apart: heads of $convs convolutions sum to $released but for the stem's", (row) => {
  const { modules, parameters } = momentum(row.cuts, `momentum(then = conv_head(_, _, convs = ${row.convs}))`);
  const heads = modules.flatMap((module) => module.heads).reduce((sum, head) => sum + head.parameters, 0);
  expect(heads - parameters.averages).toBe(row.released - 25_408 + row.stem);
});

test.for([
  [192, 1_083_113, 444_864],
  [384, 3_934_697, 1_774_464],
  [768, 14_946_281, 7_087_872],
] as const)(
  "MAN++ on a vision transformer of width %i: local heads have the authors' sizes",
  ([width, head, block]) => {
    const summary = summaryOf(`
    import { vit } from "std/backbones"
    import { momentum_tokens } from "std/man"
    model net {
      input [224, 224, 3]  classes 1000  backbone vit(width = ${width})
      split after block[3], block[6], block[9]
      heads { local: momentum_tokens }
      train { batch: 2 }
    }`);
    expect(headParameters(summary)).toEqual(repeat(3, head));
    expect(summary.parameters.averages).toBe(3 * block);
  },
);
