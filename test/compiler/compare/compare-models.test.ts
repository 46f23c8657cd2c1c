import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Comparison, compareModels, compile } from "../../../compiler/index.ts";
import { createTrainer } from "../../../runtime/train/trainer.ts";

const base = `
import { mlp } from "std/backbones"
import { classifier, greedy } from "std/heads"
model net {
  input [4]  classes 3
  backbone mlp(widths = [8, 8, 8, 8])
  split after layer[1], layer[2]
  heads { local: greedy  last: classifier }
  train { optimizer: sgd(momentum = 0.9)  rate: 0.1  batch: 4  epochs: 2  seed: 1 }
}
`;

const folder = mkdtempSync(join(tmpdir(), "llnet-compare-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function compiled(text: string, set: Record<string, string> = {}) {
  const { scoped, program, diagnostics } = compile({ file: "net.llnet", text, set });
  if (scoped === undefined || program === undefined) throw new Error(JSON.stringify(diagnostics));
  return { scoped, program };
}

function changesFrom(set: Record<string, string>): readonly string[] {
  return textsOf(compareModels(compiled(base), compiled(base, set)));
}

function textsOf({ changes }: Comparison): readonly string[] {
  return changes.map(({ part, text }) => `${part}: ${text}`);
}

test("a model does not differ from itself, nor from the same written in another way", () => {
  expect(compareModels(compiled(base), compiled(base)).same).toBe(true);
  const rewritten = base
    .replace("[8, 8, 8, 8]", "[8 for i in 1..4]")
    .replace("model net", "/// Another name.\nmodel other");
  const comparison = compareModels(compiled(base), compiled(rewritten));
  expect(comparison.same).toBe(true);
  expect(comparison.after.name).toBe("other");
});

test("a cut that moves is named with both places", () => {
  expect(changesFrom({ split: "after layer[1], layer[3]" })).toEqual([
    "split: cut 2 moves from after layer[2] to after layer[3]",
  ]);
});

test("more modules are counted, and the new cuts named", () => {
  expect(changesFrom({ split: "after layer[1], layer[2], layer[3]" })).toEqual([
    "split: 3 → 4 modules",
    "split: cut after unit layer[3] as well",
  ]);
  expect(changesFrom({ split: "after layer[2]" })).toEqual([
    "split: 3 → 2 modules",
    "split: no longer cut after unit layer[1]",
  ]);
});

test("a deeper head is said to be deeper, for all modules that have it at once", () => {
  expect(changesFrom({ "heads.local": "greedy([16])" })).toEqual([
    "heads: modules 1 to 2: greedy → greedy(hidden = [16]), 1 layer deeper (1 → 2), parameters 27 → 195",
  ]);
});

test("losses that come, go or weigh more are told by name", () => {
  const two = base.replace(
    "model net {",
    `head two(module, weight = 1) {
       let logits = module.output |> dense(classes)
       loss classes = cross_entropy(logits, label) weight weight
       loss small = mean(square(module.output)) weight 0.5 reach min(module.index, 2)
       return logits
     }
     model net {`,
  );
  const [before, after] = [{ "heads.local": "two(1)" }, { "heads.local": "two(3)" }];
  const texts = textsOf(compareModels(compiled(two, before), compiled(two, after)));
  expect(texts).toEqual([
    "heads: modules 1 to 2: two(weight = 1) → two(weight = 3)",
    "losses: modules 1 to 2: `classes` weight 1 → 3",
  ]);
  const added = textsOf(compareModels(compiled(two), compiled(two, { "heads.local": "two(1)" })));
  expect(added).toContain("losses: modules 1 to 2: new loss `small` with weight 0.5");
});

test("other layers in a unit, units less and classes more are the network's", () => {
  expect(changesFrom({ backbone: "mlp(widths = [8, 8, 6, 8])" })).toEqual([
    "network: backbone mlp(widths = [8, 8, 8, 8]) → mlp(widths = [8, 8, 6, 8])",
    "network: other layers in units layer[3] and layer[4]: parameters 144 → 110",
  ]);
  expect(changesFrom({ backbone: "mlp(widths = [8, 8, 8])" })).toContain("network: without unit layer[4]");
  expect(changesFrom({ classes: "5" })).toContain("network: classes 3 → 5");
});

test("a recipe's fields are compared one by one", () => {
  expect(changesFrom({ "train.rate": "cosine(peak = 0.2)", "train.batch": "8" })).toEqual([
    "recipe: rate constant(value = 0.1) → cosine(peak = 0.2, warmup = 0, start = 0, per = epoch)",
    "recipe: batch 4 → 8",
  ]);
});

test("of a rate of the same kind only what differs is told", () => {
  expect(changesFrom({ "train.rate": "0.2", "train.optimizer.momentum": "0.5" })).toEqual([
    "recipe: optimizer.momentum 0.9 → 0.5",
    "recipe: rate.value 0.1 → 0.2",
  ]);
});

// The verdict is what the trainer does.
test.each<[string, Record<string, string>, boolean]>([
  ["another batch and rate", { "train.batch": "8", "train.rate": "0.2" }, true],
  ["another loss weight only", { "heads.last": "classifier" }, true],
  ["cuts elsewhere, with heads of the same size", { split: "after layer[1], layer[3]" }, true],
  ["deeper heads", { "heads.local": "greedy([16])" }, false],
  ["fewer modules", { split: "after layer[2]" }, false],
  ["a wider layer", { backbone: "mlp(widths = [8, 8, 6, 8])" }, false],
  ["another optimizer", { "train.optimizer": "adam" }, false],
])("a checkpoint loads after %s exactly where the verdict says so", async (_what, set, loads) => {
  const [before, after] = [compiled(base), compiled(base, set)];
  const { checkpoint } = compareModels(before, after);
  expect(checkpoint.loads).toBe(loads);
  const saved = join(folder, Object.keys(set).join("-"));
  const first = await createTrainer(before.program, { executor: "eager" });
  await first.save(saved);
  first.dispose();
  const second = await createTrainer(after.program, { executor: "eager" });
  const failed = await second.load(saved).then(
    () => undefined,
    (error: unknown) => (error as { code?: string }).code,
  );
  second.dispose();
  expect(failed).toBe(loads ? undefined : "LL8063");
});

test("what does not fit is listed: new, without a place, of another shape, or the optimizer's alone", () => {
  const deeper = compareModels(compiled(base), compiled(base, { "heads.local": "greedy([16])" })).checkpoint;
  expect(deeper.missing).toEqual([
    "head[1].dense[2].kernel",
    "head[1].dense[2].bias",
    "head[2].dense[2].kernel",
    "head[2].dense[2].bias",
  ]);
  expect(deeper.reshaped[0]).toEqual({ address: "head[1].dense[1].kernel", before: [8, 3], after: [8, 16] });
  expect(deeper.unused).toEqual([]);
  const adam = compareModels(compiled(base), compiled(base, { "train.optimizer": "adam" })).checkpoint;
  expect(adam).toMatchObject({ optimizerDiffers: true, missing: [], unused: [], reshaped: [] });
  expect(adam.matchingScalars).toBe(adam.scalars);
});
