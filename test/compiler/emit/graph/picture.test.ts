import { expect, test } from "vitest";
import { summarize } from "../../../../compiler/index.ts";
import { compiledExample, compiledText, examples, itemsOf, pictureOf } from "./support/pictures.ts";

test.each(examples)(
  "in %s every part of the isolation matrix is there once, with the losses that train it",
  (file, model) => {
    const compiled = compiledExample(file, model);
    const picture = pictureOf(compiled);
    const { losses, owners, reaches } = compiled.scoped.isolation;
    const parts = [...itemsOf(picture), ...picture.shared.map((part) => ({ ...part, owners: [part.id] }))];
    for (const [column, owner] of owners.entries()) {
      const found = parts.filter((part) => part.owners.includes(owner));
      expect(found.map(({ id }) => id)).toEqual([owner]);
      const trainedBy = losses.flatMap((_, row) => (reaches[row]?.[column] ? [row + 1] : []));
      expect({ owner, trainedBy: found[0]?.trainedBy }).toEqual({ owner, trainedBy });
    }
    for (const { id, owners: own, trainedBy } of parts) {
      if (!own.some((owner) => owners.includes(owner))) expect({ id, trainedBy }).toEqual({ id, trainedBy: [] });
    }
    expect(picture.losses.map(({ name }) => name)).toEqual(losses);
  },
);

test.each(examples)("the numbers of %s are those of the summary", (file, model) => {
  const compiled = compiledExample(file, model);
  const picture = pictureOf(compiled);
  const summary = summarize(compiled.scoped, compiled.program);
  const { batch, peakBytes, inferenceParameters, trainingParameters, lanes } = picture;
  expect({ batch, peakBytes, inferenceParameters, trainingParameters }).toEqual({
    batch: summary.batch,
    peakBytes: summary.peakBytes,
    inferenceParameters: summary.parameters.inference,
    trainingParameters: summary.parameters.training,
  });
  expect(lanes.map(({ parameters }) => parameters)).toEqual(
    summary.modules.map(({ parameters, context }) => parameters + context.parameters),
  );
  expect(lanes.map(({ macs }) => macs)).toEqual(summary.modules.map(({ macs, context }) => macs + context.macs));
  expect(lanes.map(({ memory }) => memory.units + memory.head)).toEqual(
    summary.modules.map(({ savedBytesPerSample }) => savedBytesPerSample * batch),
  );
  expect(Math.max(...lanes.map(({ memory }) => memory.peak))).toBe(peakBytes);
});

test("alike units in a row fold, and units that losses treat differently do not", () => {
  const infopro = pictureOf(compiledExample("resnet32-infopro", "resnet32_infopro"));
  expect(infopro.lanes[0]?.items.map(({ title, subtitle }) => [title, subtitle])).toEqual([
    ["stem", "464"],
    ["stage[1].block[1–3]", "×3"],
  ]);
  expect(infopro.lanes[0]?.items[1]?.parameters).toBe(3 * 4672);
  const links = compiledText(`
    import { resnet_cifar } from "std/backbones"
    import { backlink } from "std/backlink"
    import { infopro_cifar } from "std/recipes"
    model m { input [32, 32, 3] classes 10 backbone resnet_cifar(depth = 20) split after stage[1].block[3]
      heads { local: backlink last: backlink } train infopro_cifar }`);
  // The last block of module 1 is also trained by module 2, so the three blocks are not alike.
  expect(pictureOf(links).lanes[0]?.items.map(({ title }) => title)).toEqual([
    "stem",
    "stage[1].block[1]",
    "stage[1].block[2]",
    "stage[1].block[3]",
  ]);
});

test("a cut says which losses reach over it, and a lane which come from later modules", () => {
  const { cuts, lanes } = pictureOf(compiledExample("resnet32-mlaan", "resnet32_mlaan"));
  expect(cuts.slice(0, 2).map(({ after, passedBy }) => ({ after, passedBy }))).toEqual([
    { after: "stage[1].block[1]", passedBy: [2] },
    { after: "stage[1].block[3]", passedBy: [4] },
  ]);
  expect(lanes[1]?.tracks).toEqual([
    { loss: 1, isOwn: true, continues: false },
    { loss: 2, isOwn: true, continues: true },
    { loss: 4, isOwn: false, continues: false },
  ]);
});

test("contexts have rails from the image and from what modules were given", () => {
  const { rails } = pictureOf(compiledExample("resnet32-contsup", "resnet32_contsup"));
  expect(rails.slice(0, 3)).toEqual([
    { to: 2, from: 0 },
    { to: 3, from: 0 },
    { to: 3, from: 2 },
  ]);
});

test("targets, detached units and constants stop gradients; copies and averages say of what", () => {
  const { lanes } = pictureOf(compiledExample("swin-small", "features"));
  expect(lanes[0]?.head?.sides).toEqual([
    { name: "embed", stops: true },
    { name: "label", stops: true },
  ]);
  const mlaan = pictureOf(compiledExample("resnet32-mlaan", "resnet32_mlaan"));
  expect(mlaan.lanes[1]?.head?.marks).toEqual([
    "copy of stage[2].block[1]",
    "average of stage[2].block[1], decay 0.995",
    "copy of stage[3].block[1]",
    "copy of stage[3].block[3]",
    "copy of stage[3].block[5]",
  ]);
});

test("the inside of a residual block joins light operations to what they follow", () => {
  const { lanes, insides } = pictureOf(compiledExample("resnet32-infopro", "resnet32_infopro"));
  const block = lanes[1]?.items[0];
  const { nodes, edges } = insides[block?.inside ?? -1] ?? { nodes: [], edges: [] };
  const drawn = edges.map(({ from, to }) => `${nodes[from]?.title} → ${nodes[to]?.title}`);
  expect(nodes.map(({ title, subtitle }) => `${title} | ${subtitle}`)).toEqual([
    "x | ",
    "conv 3×3, 16 | batch_norm, relu",
    "conv 3×3, 16 | batch_norm",
    "add | relu",
    "result | ",
  ]);
  expect(drawn).toEqual([
    "x → conv 3×3, 16",
    "conv 3×3, 16 → conv 3×3, 16",
    "conv 3×3, 16 → add",
    "x → add",
    "add → result",
  ]);
});
