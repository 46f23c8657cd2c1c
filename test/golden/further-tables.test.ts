/** Sizes the papers' tables give that no other test asks for, one row each: counted on the authors' own classes. */
import { expect, test } from "vitest";
import { rateAt } from "../../runtime/train/schedule.ts";
import { summaryOf as backboneSummary, inStage, unitParameters } from "../std/backbone-summary.ts";
import { headParameters, repeat, summaryOf, total } from "../std/methods/summary-of.ts";

test.for([
  ["ResNet-32 with parameter-free shortcuts", "resnet_cifar(32, shortcut = zero_padding)", {}, 464_154],
  ["TRGL's ResNet-110", "resnet_cifar(110, shortcut = zero_padding)", {}, 1_727_312 + 650],
  ["Swin-T at 96 pixels", "swin(window = 6)", { side: 96 }, 27_515_812],
] as const)("%s has its %s parameters", ([, backbone, task, parameters]) => {
  expect(backboneSummary(backbone, task).parameters.inference).toBe(parameters);
});

test("blocks and mergings of Swin-T have their closed forms' sizes", () => {
  const counts = [2, 2, 6, 2];
  const after = counts.flatMap((count, stage) => [
    ...inStage(stage + 1, "block", count),
    ...(stage < 3 ? [`stage[${stage + 1}].merge`] : []),
  ]);
  const sizes = unitParameters(backboneSummary("swin()", { side: 224, after: ["embed", ...after] }));
  expect(sizes).toEqual([
    4_896,
    ...repeat(2, 112_347),
    74_496,
    ...repeat(2, 445_878),
    296_448,
    ...repeat(6, 1_776_492),
    1_182_720,
    ...repeat(2, 7_091_928),
    1_536,
  ]);
});

// The released modules 2 to 4 each hold a patch embedding of 4,896 that is never called; the last norm is the classifier's there.
test("TRGL's Swin-T at 96 pixels: modules with their classifiers, without dead embeddings, have the authors' sizes", () => {
  const { modules } = summaryOf(`
    import { swin } from "std/backbones"
    import { linear_logits } from "std/backlink"
    import { transported } from "std/trgl"
    model net {
      input [96, 96, 3]  classes 10  backbone swin(window = 6)
      split after stage[1], stage[2], stage[3]
      heads { local: transported(tau = 10)  last: transported(tau = 10, then = linear_logits) }
      train { batch: 2 }
    }`);
  const released = [306_112, 1_197_142, 11_852_338, 14_191_066];
  const sizes = modules.map(({ parameters, heads }) => parameters + total(heads.map((head) => head.parameters)));
  expect(sizes).toEqual(released.map((size, index) => size - (index === 0 ? 0 : 4_896)));
});

const resnet = (heads: string, imports: string, split: string, context = "") =>
  summaryOf(`
    import { resnet_cifar } from "std/backbones"
    ${imports}
    model net {
      input [32, 32, 3]  classes 10  backbone resnet_cifar(depth = 32)
      ${split}  ${context}
      heads { ${heads} }
    }`);

test.for([
  { modules: 2, E: 470_818, R1: 467_098, R1E: 470_818, decoders: 3_819 },
  { modules: 4, E: 480_418, R1: 469_850, R1E: 483_266, decoders: 13_185 },
  { modules: 8, E: 496_066, R1: 475_866, R1E: 504_930, decoders: 28_461 },
  { modules: 16, E: 529_138, R1: 488_714, R1E: 550_850, decoders: 60_741 },
])("ContSup in $modules modules: what inference keeps, and InfoPro's decoders, have the authors' sizes", (row) => {
  const split = `split into ${row.modules} by units`;
  const imports = `import { supply_both, supply_image, supply_recent } from "std/contsup"
    import { infopro, local_classifier } from "std/heads"`;
  const inference = (supply: string) =>
    resnet("local: local_classifier", imports, split, `context { 2..last: ${supply} }`).parameters.inference;
  expect(inference("supply_image(module, input)")).toBe(row.E);
  expect(inference("supply_recent(module)")).toBe(row.R1);
  expect(inference("supply_both(module, input)")).toBe(row.R1E);
  const [both, alone] = ["infopro", "local_classifier"].map((head) =>
    total(headParameters(resnet(`local: ${head}`, imports, split))),
  ) as [number, number];
  expect(both - alone).toBe(row.decoders);
});

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const elevenOf18 = [2, 3, 5, 6, 8, 10, 12, 14, 15, 17, 18];
const cuts = (stages: readonly (readonly number[])[]): string =>
  stages.flatMap((blocks, stage) => blocks.map((block) => `stage[${stage + 1}].block[${block}]`)).join(", ");

// One head of the released InfoPro sums, the stem's, runs in contrastive mode with 25,408 parameters; ours classify.
test.for([
  {
    units: 33,
    blocks: [elevenOf18, elevenOf18, [2, 4, 5, 7, 8, 10, 12, 14, 16]],
    learned: 975_104,
    dgl: 20_408_640,
    sums: [903_158, 1_772_790],
  },
  {
    units: 55,
    blocks: [upTo(18), upTo(18), upTo(17)],
    learned: 1_729_600,
    dgl: 34_445_340,
    sums: [1_544_466, 3_033_938],
  },
])("MAN++ on ResNet-110 with the stem apart, $units units: twins, averages, gates and heads", (row) => {
  const net = (head: string) =>
    summaryOf(`
      import { resnet_cifar } from "std/backbones"
      import { conv_head } from "std/heads"
      import { heavy_head, momentum } from "std/man"
      model net {
        input [32, 32, 3]  classes 10  backbone resnet_cifar(depth = 110)
        split after stem, ${cuts(row.blocks)}
        heads { local: ${head} }
      }`);
  const heavy = net("momentum(gated = true, then = heavy_head)");
  expect(heavy.modules).toHaveLength(row.units);
  expect(heavy.parameters.averages).toBe(row.learned);
  expect(total(headParameters(heavy))).toBe(row.learned + row.dgl + row.units - 1);
  for (const [index, stem] of [10_186, 19_466].entries()) {
    const heads = total(headParameters(net(`momentum(then = conv_head(_, _, convs = ${index + 1}))`)));
    expect(heads - row.learned).toBe((row.sums[index] ?? 0) - 25_408 + stem);
  }
});

// The released embedding has a layer normalisation of 2 × width more than torchvision's and ours.
test.for([
  [192, 5_717_800, 10_301_731, 8_967_139, 444_864],
  [384, 22_051_432, 39_178_915, 33_855_523, 1_774_464],
  [768, 86_569_192, 152_671_651, 131_408_035, 7_087_872],
] as const)("MAN++ on a vision transformer of width %i: totals", ([width, backbone, all, trained, block]) => {
  const { parameters } = summaryOf(`
    import { vit } from "std/backbones"
    import { momentum_tokens } from "std/man"
    model net {
      input [224, 224, 3]  classes 1000  backbone vit(width = ${width})
      split after block[3], block[6], block[9]
      heads { local: momentum_tokens }
      train { batch: 2 }
    }`);
  expect(parameters.backbone).toBe(backbone - 2 * width);
  expect(parameters.training).toBe(trained - 2 * width);
  expect(parameters.training + parameters.averages).toBe(all - 2 * width);
  expect(parameters.averages).toBe(3 * block);
});

const stages = (counts: readonly number[]): string => cuts(counts.map((count) => upTo(count)));

test.for([
  {
    input: "[32, 32, 3]",
    classes: 100,
    backbone: "mlp_layer_norm(drop = 0.3)",
    after: "layer[1], layer[2]",
    head: "dcl(256, patches = 12)",
    size: 19_225_700,
  },
  {
    input: "[28, 28, 1]",
    classes: 10,
    backbone: "mlp_layer_norm([1024, 1024])",
    after: "layer[1], layer[2]",
    head: "dcl(128, patches = 8)",
    size: 1_869_066,
  },
  { input: "[32, 32, 3]", classes: 100, backbone: "vgg_b()", head: "dcl(512)", size: 9_046_884 },
  { input: "[28, 28, 1]", classes: 10, backbone: "vgg_b()", head: "dcl(512)", size: 7_333_386 },
  { input: "[96, 96, 3]", classes: 10, backbone: "vgg_b()", head: "dcl(512)", size: 11_545_354 },
])("DCL on $backbone for $classes classes of $input: $size with the dictionary", (row) => {
  const after = row.after ?? `${stages([2, 2, 1, 1]).replaceAll("block", "layer")}, hidden`;
  const last = row.after === undefined ? "last - 1: dcl(512, patches = 2)" : "";
  const { parameters } = summaryOf(`
    import { mlp_layer_norm, vgg_b } from "std/backbones"
    import { dcl } from "std/dcl"
    model net {
      input ${row.input}  classes ${row.classes}  backbone ${row.backbone}
      split after ${after}
      heads { local: ${row.head}  ${last} }
    }`);
  expect(parameters.training).toBe(row.size);
});

// 54 blocks in groups; the stem is the first module's.
test.for([
  { groups: [27, 27], pool: [16, 8], sizes: [246_992, 1_480_320], heads: [12_170, 42_762] },
  {
    groups: [7, 7, 7, 7, 8, 6, 6, 6],
    pool: [...repeat(5, 16), ...repeat(3, 8)],
    sizes: [33_168, 32_704, 69_760, 129_920, 148_480, 425_472, 443_904, 443_904],
    heads: [...repeat(2, 8_106), ...repeat(3, 12_170), ...repeat(3, 42_762)],
  },
  {
    groups: [...repeat(6, 4), ...repeat(10, 3)],
    pool: [...repeat(10, 16), ...repeat(6, 8)],
    sizes: [19_152, ...repeat(3, 18_688), 41_856, 74_240, ...repeat(4, 55_680), 203_520, ...repeat(5, 221_952)],
    heads: [...repeat(4, 8_106), ...repeat(6, 12_170), ...repeat(6, 42_762)],
  },
])("TRGL on ResNet-110 in blocks of $groups: modules and classifiers have the authors' sizes", (row) => {
  const blocks = [1, 2, 3].flatMap((stage) => upTo(18).map((block) => `stage[${stage}].block[${block}]`));
  const ends = row.groups.map((_, index) => total(row.groups.slice(0, index + 1))).slice(0, -1);
  const { modules } = summaryOf(`
    import { resnet_cifar } from "std/backbones"
    import { zero_padding } from "std/blocks"
    import { pooled_classifier, transported } from "std/trgl"
    model net {
      input [96, 96, 3]  classes 10  backbone resnet_cifar(depth = 110, shortcut = zero_padding)
      split after ${ends.map((end) => blocks[end - 1]).join(", ")}
      heads { each: transported(tau = 1, then = pooled_classifier(_, _, pool = table([${row.pool.join(", ")}]))) }
    }`);
  expect(modules.map(({ parameters, readout }) => parameters - (readout?.parameters ?? 0))).toEqual(row.sizes);
  expect(modules.map(({ heads, readout }) => (heads[0] ?? readout)?.parameters)).toEqual(row.heads);
});

const rate = { kind: "cosine", peak: 0.8, warmup: 10, start: 0.01, per: "epoch" } as const;

test.each([
  [1, 0.01],
  [2, 0.0889951],
  [5, 0.3258766],
  [10, 0.7198902],
  [11, 0.7985082],
  [80, 0.7236068],
  [399, 0.0000123],
  [400, 0],
])("over 400 epochs the common recipe has the rate of epoch %i", (epoch, expected) => {
  expect(rateAt(rate, { epoch, epochs: 400 })).toBeCloseTo(expected, 7);
});
