import { expect, test } from "vitest";
import { printFragment, printModel } from "../../../compiler/2-elaborate/print.ts";
import { elaborateText, expectModel, headFor, moduleView } from "./elaborate-text.ts";

test("a perceptron is a chain of units with shapes on every edge and the default recipe", () => {
  const model = expectModel(`
    import { mlp } from "std/backbones"
    model digits { input [8, 8, 1] classes 10 backbone mlp([32, 16]) }`);
  expect(printModel(model)).toMatchInlineSnapshot(`
    "model digits
      input [batch, 8, 8, 1] classes 10
      backbone mlp(widths = [32, 16])
        unit 1 layer[1]
          flatten[1] = flatten(chain) : float32[batch, 64]
          dense[1] = dense(flatten[1], features = 32, bias = true) : float32[batch, 32] weights dense[1].kernel[64, 32] dense[1].bias[32]
          relu[1] = relu(dense[1]) : float32[batch, 32]
          return relu[1]
        unit 2 layer[2]
          dense[1] = dense(chain, features = 16, bias = true) : float32[batch, 16] weights dense[1].kernel[32, 16] dense[1].bias[16]
          relu[1] = relu(dense[1]) : float32[batch, 16]
          return relu[1]
      split none
      head last
      optimizer {"kind":"sgd","momentum":0.9,"nesterov":false,"weightDecay":0,"decayMode":"coupled","noDecay":[]}
      rate {"kind":"constant","value":0.05}
      batch 128
      epochs 10
      augment []
      seed 1
    "
  `);
});

test("loops, conditions and shape arithmetic leave only operations behind", () => {
  const model = expectModel(`
    let widths = [4, 8]
    fn doubled(n) = 2 * n
    block grow(x, width: int, times = 1) {
      let start = if x.channels == width { x } else { conv(x, width, 1, bias = false) }
      return start |> for i in 1..times { conv(doubled(width), 3) |> relu |> conv(width, 1) }
    }
    backbone net(deep = false) {
      for s in 1..length(widths) { group stage[s] { unit grow: grow(widths[s], times = if deep { 2 } else { 1 }) } }
      if deep { unit last: relu }
    }
    model m { input [8, 8, 4] classes 3 backbone net(deep = true) }`);
  const lines = model.backbone.units.flatMap((unit) => [unit.address, ...printFragment(unit.fragment, "  ")]);
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "stage[1].grow
      conv[1] = conv(chain, channels = 8, kernel = 3, stride = 1, dilation = 1, groups = 1, bias = true) : float32[batch, 8, 8, 8] weights conv[1].kernel[3, 3, 4, 8] conv[1].bias[8]
      relu[1] = relu(conv[1]) : float32[batch, 8, 8, 8]
      conv[2] = conv(relu[1], channels = 4, kernel = 1, stride = 1, dilation = 1, groups = 1, bias = true) : float32[batch, 8, 8, 4] weights conv[2].kernel[1, 1, 8, 4] conv[2].bias[4]
      conv[3] = conv(conv[2], channels = 8, kernel = 3, stride = 1, dilation = 1, groups = 1, bias = true) : float32[batch, 8, 8, 8] weights conv[3].kernel[3, 3, 4, 8] conv[3].bias[8]
      relu[2] = relu(conv[3]) : float32[batch, 8, 8, 8]
      conv[4] = conv(relu[2], channels = 4, kernel = 1, stride = 1, dilation = 1, groups = 1, bias = true) : float32[batch, 8, 8, 4] weights conv[4].kernel[1, 1, 8, 4] conv[4].bias[4]
      return conv[4]
    stage[2].grow
      start = conv(chain, channels = 8, kernel = 1, stride = 1, dilation = 1, groups = 1, bias = false) : float32[batch, 8, 8, 8] weights start.kernel[1, 1, 4, 8]
      conv[1] = conv(start, channels = 16, kernel = 3, stride = 1, dilation = 1, groups = 1, bias = true) : float32[batch, 8, 8, 16] weights conv[1].kernel[3, 3, 8, 16] conv[1].bias[16]
      relu[1] = relu(conv[1]) : float32[batch, 8, 8, 16]
      conv[2] = conv(relu[1], channels = 8, kernel = 1, stride = 1, dilation = 1, groups = 1, bias = true) : float32[batch, 8, 8, 8] weights conv[2].kernel[1, 1, 16, 8] conv[2].bias[8]
      conv[3] = conv(conv[2], channels = 16, kernel = 3, stride = 1, dilation = 1, groups = 1, bias = true) : float32[batch, 8, 8, 16] weights conv[3].kernel[3, 3, 8, 16] conv[3].bias[16]
      relu[2] = relu(conv[3]) : float32[batch, 8, 8, 16]
      conv[4] = conv(relu[2], channels = 8, kernel = 1, stride = 1, dilation = 1, groups = 1, bias = true) : float32[batch, 8, 8, 8] weights conv[4].kernel[1, 1, 16, 8] conv[4].bias[8]
      return conv[4]
    last
      relu[1] = relu(chain) : float32[batch, 8, 8, 8]
      return relu[1]"
  `);
});

test("a `let` that holds one operation with weights names it, and repeated names stay unique", () => {
  const model = expectModel(`
    block gated(x) {
      let gate = dense(x, 4) 
      let open = sigmoid(gate)
      let both = x |> dense(4) |> relu
      return open * both
    }
    backbone net() { unit only: gated |> gated }
    model m { input [4] classes 2 backbone net }`);
  const labels = model.backbone.units[0]?.fragment.nodes.map(({ label }) => label);
  expect(labels).toEqual([
    "gate",
    "sigmoid[1]",
    "dense[1]",
    "relu[1]",
    "multiply[1]",
    "gate[2]",
    "sigmoid[2]",
    "dense[2]",
    "relu[2]",
    "multiply[2]",
  ]);
});

test("a capture is a function of its gaps, a plain name is a function too", () => {
  const model = expectModel(`
    block wide(x, width: int, times = 1) { return dense(x, width * times) }
    fn apply(f, x) = f(x)
    backbone net() {
      unit a: wide(_, 3, times = 2)
      unit b(x) { return apply(wide(_, 5), x) }
      unit c(x) { return apply(relu, x) }
      unit d(x) { return 4 |> wide(x, _) }
    }
    model m { input [4] classes 2 backbone net }`);
  const widths = model.backbone.units.map(({ fragment }) => fragment.nodes[0]?.arguments["features"]);
  expect(widths).toEqual([6, 5, undefined, 4]);
});

test("a later unit may read an earlier one by its address", () => {
  const model = expectModel(`
    backbone net() {
      unit stem: dense(4)
      group stage[1] { unit block[1]: dense(4)  unit block[2]: dense(4) }
      unit up(x) { return x + detach(stage[1].block[1]) + detach(stem) }
      unit end(x) { return x + detach(stage[1]) }
    }
    model m { input [4] classes 2 backbone net }`);
  const sources = model.backbone.units.map(({ fragment }) => fragment.inputs.map(({ source }) => source));
  expect(sources[3]).toEqual([{ kind: "unit", unit: 2 }, { kind: "chain" }, { kind: "unit", unit: 1 }]);
  expect(sources[4]).toEqual([{ kind: "unit", unit: 3 }, { kind: "chain" }]);
});

test("arithmetic of tensors with numbers becomes scales and shifts", () => {
  const model = expectModel(`
    backbone net() { unit only(x) { return 1 - (-x / 2 + 3) * 0.5 } }
    model m { input [4] classes 2 backbone net }`);
  const nodes = model.backbone.units[0]?.fragment.nodes.map(({ operation, arguments: given }) => [
    operation,
    ...Object.values(given),
  ]);
  expect(nodes).toEqual([
    ["scale", -1],
    ["scale", 0.5],
    ["shift", 3],
    ["scale", 0.5],
    ["scale", -1],
    ["shift", 1],
  ]);
});

const headed = (heads: string, split = "split into 4"): string => `
  import { infopro, greedy, classifier, local_classifier } from "std/heads"
  backbone net() { for i in 1..8 { unit layer[i]: dense(4) } }
  model m { input [4] classes 3 backbone net ${split} heads { ${heads} } }`;

test("`lerp` goes from the first local module to the last one", () => {
  const model = expectModel(`
    head probe(module, weight) { loss l = cross_entropy(module.output |> dense(classes), label) weight weight }
    backbone net() { for i in 1..8 { unit layer[i]: dense(4) } }
    model m { input [4] classes 3 backbone net split into 4 heads { local: probe(lerp(6, 1)) } }`);
  const weights = (count: number) =>
    Array.from({ length: count - 1 }, (_, position) => {
      const view = moduleView(model, position + 1, count, model.backbone.units.slice(position, position + 1));
      return headFor(model, view).head?.fragment.losses[0]?.weight;
    });
  expect(weights(4)).toEqual([6, 3.5, 1]);
  expect(weights(2)).toEqual([6]);
});

test("arguments of a head are evaluated for every module", () => {
  const model = expectModel(
    headed("each: greedy(hidden = if module.index < module.count { table([[8], [9], [10]]) } else { [] })"),
  );
  const titles = [1, 3, 4].map(
    (index) => headFor(model, moduleView(model, index, 4, model.backbone.units.slice(index, index + 1))).head?.title,
  );
  expect(titles).toEqual(["greedy(hidden = [8])", "greedy(hidden = [10])", "greedy(hidden = [])"]);
});

test("selectors are kept, the classifier of the last module is implied, `off` has no head", () => {
  const model = expectModel(headed("local: greedy()  1: off  2..last - 1: local_classifier(convs = 0)"));
  const selectors = model.heads.map(({ selector, instantiate }) => `${selector.kind}${instantiate ? "" : " off"}`);
  expect(selectors).toEqual(["last", "local", "range off", "range"]);
  const view = (index: number) => moduleView(model, index, 4, model.backbone.units.slice(index, index + 1));
  expect([1, 2, 3, 4].map((index) => headFor(model, view(index)).head?.name)).toEqual([
    undefined,
    "local_classifier",
    "local_classifier",
    "classifier",
  ]);
});

test("a head that returns nothing predicts with the logits of its first cross-entropy", () => {
  const text = (contrast: boolean) => `
    import { infopro } from "std/heads"
    backbone net() { unit a: conv(8, 3)  unit b: relu }
    model m { input [8, 8, 3] classes 3 backbone net split into 2 heads { local: infopro(contrast = ${contrast}) } }`;
  const outputs = [true, false].map((contrast) => {
    const model = expectModel(text(contrast));
    const fragment = headFor(model, moduleView(model, 1, 2, model.backbone.units.slice(0, 1))).head?.fragment;
    return fragment?.output === undefined ? undefined : fragment.nodes[fragment.output - fragment.inputs.length]?.label;
  });
  expect(outputs).toEqual([undefined, "dense[2]"]);
});

test("label smoothing is the default of every cross-entropy, and an argument wins", () => {
  const model = expectModel(`
    head two(module) {
      let logits = dense(module.output, classes)
      loss a = cross_entropy(logits, label)
      loss b = cross_entropy(logits, label, smoothing = 0.3)
    }
    backbone net() { unit a: relu }
    model m { input [4] classes 3 backbone net heads { last: two } train { label_smoothing: 0.1 } }`);
  const { head } = headFor(model, moduleView(model, 1, 1, model.backbone.units));
  expect(
    head?.fragment.nodes.flatMap(({ operation, arguments: given }) =>
      operation === "cross_entropy" ? [given["smoothing"]] : [],
    ),
  ).toEqual([0.1, 0.3]);
});

test("reach is counted in modules or in units", () => {
  const model = expectModel(`
    head far(module) {
      let logits = dense(module.output, classes)
      loss a = cross_entropy(logits, label) weight 0 reach 2
      loss b = cross_entropy(logits, label) reach 3 units
    }
    backbone net() { unit a: relu }
    model m { input [4] classes 3 backbone net heads { last: far } }`);
  const { head } = headFor(model, moduleView(model, 1, 1, model.backbone.units));
  expect(head?.fragment.losses.map(({ weight, reach }) => ({ weight, ...reach }))).toEqual([
    { weight: 0, modules: 2, units: 0 },
    { weight: 1, modules: 1, units: 3 },
  ]);
});

test("a recipe is shared and its fields can be replaced", () => {
  const model = expectModel(`
    import { infopro_cifar } from "std/recipes"
    backbone net() { unit a: relu }
    model m { input [4] classes 3 backbone net train infopro_cifar { batch: 128  optimizer: adamw(no_decay = ["bias", "norm"]) order: simultaneous } }`);
  expect(model.recipe).toMatchInlineSnapshot(`
    {
      "augment": [
        {
          "kind": "pad_crop",
          "mode": "reflect",
          "padding": 4,
        },
        {
          "kind": "flip",
        },
      ],
      "batch": 128,
      "epochs": 160,
      "normalize": {
        "mean": [
          0.4913725490196078,
          0.4823529411764706,
          0.4466666666666667,
        ],
        "standardDeviation": [
          0.24705882352941178,
          0.24352941176470588,
          0.2615686274509804,
        ],
      },
      "optimizer": {
        "beta1": 0.9,
        "beta2": 0.999,
        "decayMode": "decoupled",
        "epsilon": 1e-8,
        "kind": "adamw",
        "noDecay": [
          "bias",
          "norm",
        ],
        "weightDecay": 0.01,
      },
      "rate": {
        "kind": "cosine",
        "peak": 0.8,
        "per": "epoch",
        "start": 0.01,
        "warmup": 10,
      },
      "seed": 1,
    }
  `);
});

test("units kept together and cuts become positions in the chain", () => {
  const model = expectModel(`
    import { greedy } from "std/heads"
    backbone net() { unit stem: relu  group stage[1] { for b in 1..3 { unit block[b]: relu } } unit end: relu }
    model m { input [4] classes 3 backbone net split after stem, stage[1] with stage[1].block[1] + stage[1].block[2] heads { local: greedy } }`);
  expect(model.split).toMatchObject({ kind: "after", cuts: [{ unit: 1 }, { unit: 4 }], together: [[2, 3]] });
});

test("the same file gives the same model twice", () => {
  const text = headed("local: infopro()");
  expect(JSON.stringify(elaborateText(text).model)).toBe(JSON.stringify(elaborateText(text).model));
});

test("an ablation changes nothing about its model", () => {
  const { model, rendered } = elaborateText(`backbone net() { unit a: relu }
model m { input [4] classes 3 backbone net }
ablate size of m { vary train.batch: 1, 2 }
`);
  expect(model?.recipe.batch).toBe(128);
  expect(rendered).toBe("");
});
