import { expect, test } from "vitest";
import type { Overrides } from "../../../compiler/2-elaborate/overrides.ts";
import { elaborateText, expectModel, headFor, moduleView } from "./elaborate-text.ts";

const text = `
import { mlp } from "std/backbones"
import { infopro, greedy, classifier, local_classifier } from "std/heads"
import { infopro_cifar } from "std/recipes"

backbone net(depth = 4, width = 8) { for i in 1..depth { unit layer[i]: dense(width) } }

model m {
  input    [16]
  classes  3
  backbone net(4)
  split into 2
  heads { local: greedy([9]) }
  train infopro_cifar { epochs: 3 }
}
`;

function withSet(set: Overrides) {
  return expectModel(text, { set });
}

test("numbers replace items and fields", () => {
  const model = withSet({ input: "[4]", classes: 5, "train.batch": 128, "train.epochs": "2 * 3", "train.seed": 7 });
  expect(model).toMatchObject({ inputShape: [4], classes: 5, recipe: { batch: 128, epochs: 6, seed: 7 } });
});

test("an argument is replaced whether it was given by position, by name or not at all", () => {
  expect(withSet({ "backbone.depth": 6 }).backbone.name).toBe("net(depth = 6)");
  expect(withSet({ "backbone.width": 5 }).backbone.name).toBe("net(depth = 4, width = 5)");
  expect(withSet({ "backbone.width": 5, "backbone.depth": 2 }).backbone.name).toBe("net(depth = 2, width = 5)");
});

test("a whole backbone is replaced by an expression", () => {
  expect(withSet({ backbone: "mlp([3, 2])" }).backbone.name).toBe("mlp(widths = [3, 2])");
});

test("a field of an imported recipe can be changed in one argument", () => {
  const { recipe } = withSet({ "train.optimizer.momentum": 0.5, "train.rate.peak": 0.1 });
  expect(recipe).toMatchObject({
    optimizer: { momentum: 0.5, nesterov: true, weightDecay: 1e-4 },
    rate: { kind: "cosine", peak: 0.1, warmup: 10 },
  });
});

test("a split is a split clause", () => {
  expect(withSet({ split: "into 4 by memory" }).split).toMatchObject({ kind: "into", count: 4, measure: "memory" });
  expect(withSet({ split: "after layer[1], layer[3]" }).split).toMatchObject({
    kind: "after",
    cuts: [{ unit: 1 }, { unit: 3 }],
  });
});

test("heads are replaced, switched off and changed in one argument", () => {
  const title = (set: Overrides) => {
    const model = withSet(set);
    return headFor(model, moduleView(model, 1, 2, model.backbone.units.slice(0, 2))).head?.title;
  };
  expect(title({ "heads.local": "local_classifier(convs = 0)" })).toBe("local_classifier(convs = 0)");
  expect(title({ "heads.local": "classifier" })).toBe("classifier");
  expect(title({ "heads.local": "off" })).toBeUndefined();
  expect(title({ "heads.local.hidden": "[5, module.index]" })).toBe("greedy(hidden = [5, 1])");
  expect(title({ "heads.1": "greedy" })).toBe("greedy");
});

test("a model without a split can be given one together with its heads", () => {
  const model = expectModel(text.replace(/split into 2\n.*\n/, ""), {
    set: { split: "into 2", "heads.local": "greedy()" },
  });
  expect(model.split).toMatchObject({ kind: "into", count: 2 });
});

test.each([
  [{ "train.bach": 1 }],
  [{ trian: 1 }],
  [{ "heads.lokal": "greedy" }],
  [{ "heads.local.hiden": 1 }],
  [{ "backbone.deph": 1 }],
  [{ "train.batch": "12 +" }],
  [{ "train.batch": "1 let b = 2" }],
  [{ "train.batch": '"many"' }],
  [{ split: "into 4 bymemory" }],
  [{ split: "after layer[9]" }],
  [{ "heads.local": "greddy()" }],
] satisfies [Overrides][])("%j is shown in a text of its own", (set) => {
  const { rendered, model } = elaborateText(text, { set });
  expect(model).toBeUndefined();
  expect(rendered).toMatchSnapshot();
});
