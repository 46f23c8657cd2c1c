/** What the methods need of the language: rules of selection, chains, queues of contexts, taps, copies, readouts. */
import { expect, test } from "vitest";
import { printFragment, printModel } from "../../../compiler/2-elaborate/print.ts";
import { compile, type Model, renderDiagnostic, type ScopedModel } from "../../../compiler/index.ts";

/** ResNet-32 of the CIFAR papers: 16 layers that can be cut, the stem included. */
const resnet = `import { resnet_cifar } from "std/backbones"
  import { basic } from "std/blocks"
  import { classifier, greedy } from "std/heads"`;

function scopedModel(text: string, set: Record<string, string> = {}): ScopedModel & { readonly model: Model } {
  const { scoped, model, diagnostics, sources } = compile({ file: "net.llnet", text, set });
  if (scoped === undefined || model === undefined || diagnostics.length > 0)
    throw new Error(diagnostics.map((each) => renderDiagnostic(each, sources)).join("\n"));
  return { ...scoped, model };
}

function headParameters(scoped: ScopedModel, module: number): number {
  return trainedNumbers(scoped, `head[${module}]`);
}

function trainedNumbers({ owners }: ScopedModel, name: string): number {
  return owners
    .filter((owner) => owner.name === name)
    .flatMap(({ weights }) => weights)
    .filter(({ specification, binding }) => specification.group !== "statistic" && binding?.kind !== "average")
    .reduce((sum, { specification }) => sum + specification.shape.reduce((product, length) => product * length, 1), 0);
}

/** AugLocal (arXiv 2402.17318): uniform picks of the layers ahead, with half-to-even rounding and pending strides. */
const augLocal = `
  // Layers count from 0, as in the paper: which way a tie is rounded depends on it.
  fn picks(from, last, depth) =
    if depth >= last - from { from + 1..last } else { [round(from + 1.0 * (last - from) / depth * i) for i in 1..depth] }
  fn advance(pending, width, strides) =
    if pending >= 1 { [pending - 1, width, strides + [2]] } else { [pending, width, strides + [1]] }
  fn strides(widths, from) =
    fold(widths, [0, from, []], (state, width) => advance(state[1] + floor(log2(1.0 * width / state[2])), width, state[3]))[3]
  fn pyramid(depth, coefficient, ratio) =
    max(1, round(depth * (1 - coefficient * ratio) + coefficient * ratio))

  block shown(x, layers) { return x |> for layer in layers { scale(1.0 * layer) } }
  head sampled(module, depth = 2, coefficient = 0.5) {
    let ratio = (module.index - 1.0) / (module.count - 2)
    let own = pyramid(depth, coefficient, ratio)
    let layers = picks(module.units[length(module.units)].index - 1, length(backbone.units) - 1, own)
    let widths = [backbone.units[layer + 1].output.channels for layer in layers]
    let steps = strides(widths, module.output.channels)
    let out = module.output |> for i in 1..length(layers) { basic(widths[i], stride = steps[i]) } |> pool_all
    loss classes = cross_entropy(if own == 1 { out |> batch_norm |> dense(classes) } else { out |> dense(classes) }, label)
  }`;

function sampled(depth: number, heads = `local: sampled(depth = ${depth})`): string {
  // K' = 16 − d modules: single layers, then one of all that are left.
  const cuts = Array.from({ length: 15 - depth }, (_, cut) => cut).map((cut) =>
    cut === 0 ? "stem" : `stage[${Math.ceil(cut / 5)}].block[${((cut - 1) % 5) + 1}]`,
  );
  return `${resnet}\n${augLocal}
    model net {
      input [32, 32, 3] classes 10 backbone resnet_cifar(depth = 32)
      split after ${cuts.join(", ")}
      heads { ${heads} last: classifier }
    }`;
}

test.each([
  [1, [48266, 48266, 48266, 48266, 48266, 48266, 58506, 58506, 58506, 58506, 58506, 74762, 74762, 74762]],
  [2, [72906, 72906, 72906, 72906, 72906, 72906, 76938, 132362, 132362, 132362, 132362, 148618, 148618]],
  [3, [77578, 91466, 146890, 146890, 146890, 146890, 76938, 132362, 132362, 132362, 132362, 148618]],
])("AugLocal's heads of depth %i on ResNet-32 have the authors' sizes", (depth, sizes) => {
  const scoped = scopedModel(sampled(depth));
  expect(sizes.map((_, position) => headParameters(scoped, position + 1))).toEqual(sizes);
});

test("AugLocal's picks are the authors': ties go to the even layer", () => {
  const picks = (depth: number): unknown[] => {
    const { modules } = scopedModel(sampled(depth).replace("|> pool_all", "|> pool_all |> shown(layers)"));
    return modules
      .slice(0, -1)
      .map(({ head }) =>
        head?.fragment.nodes.filter(({ operation }) => operation === "scale").map((node) => node.arguments["factor"]),
      );
  };
  expect(picks(3).slice(0, 9)).toEqual([
    [5, 10, 15],
    [6, 10, 15],
    [6, 11, 15],
    [7, 11, 15],
    [8, 11, 15],
    [8, 12, 15],
    [10, 15],
    [11, 15],
    [12, 15],
  ]);
  expect(picks(6).slice(0, 5)).toEqual([
    [2, 5, 8, 10, 12, 15],
    [3, 6, 8, 10, 13, 15],
    [5, 7, 10, 12, 15],
    [5, 8, 10, 13, 15],
    [6, 8, 11, 13, 15],
  ]);
});

/** MLAAN (arXiv 2406.16633), ResNet-32, K = 8: a table of addresses gives every module its chain. */
const mlaan = `${resnet}
  head mlaan(module, chain, decay = 0.995) {
    loss alone = cross_entropy(module.output |> pool_all |> dense(classes), label) weight 0.001
    let first = clone(chain[1], init = "copy")(module.output) + ema(chain[1], decay)(module.output)
    let leap = first |> clones(chain[2..length(chain)], init = "copy")
    loss cascade = cross_entropy(leap |> pool_all |> dense(classes), label) weight 0.999 reach 2
  }
  head pair(module) {
    loss alone = cross_entropy(module.output |> pool_all |> dense(classes), label) reach 2
  }
  model net {
    input [32, 32, 3] classes 10 backbone resnet_cifar(depth = 32)
    split after stage[1].block[1], stage[1].block[3], stage[1].block[5], stage[2].block[2], stage[2].block[4],
                stage[3].block[1], stage[3].block[3]
    heads {
      1: off
      2..last - 1: mlaan(table([
        [],
        [stage[2].block[1], stage[3].block[1], stage[3].block[3], stage[3].block[5]],
        [stage[2].block[1], stage[3].block[1], stage[3].block[4], stage[3].block[5]],
        [stage[3].block[i] for i in [1, 3, 4, 5]],
        backbone.stage[3].units[[1, 3, 4, 5]],
        [backbone.stage[3].block[3], stage[3].block[4], stage[3].block[5]],
        [stage[3].block[4], stage[3].block[5]],
      ]))
      last: pair
    }
  }`;

test("MLAAN's chains on ResNet-32, K = 8, have the authors' sizes: clones, averages and heads", () => {
  const scoped = scopedModel(mlaan);
  const chains = [2, 3, 4, 5, 6, 7].map((module) => {
    const weights = scoped.owners.find(({ name }) => name === `head[${module}]`)?.weights ?? [];
    const count = (kind: string): number =>
      weights
        .filter(({ address, specification }) => address.includes(`.${kind}[`) && specification.group !== "statistic")
        .reduce(
          (sum, { specification }) => sum + specification.shape.reduce((product, length) => product * length, 1),
          0,
        );
    return [count("clone"), count("ema")];
  });
  expect(chains.map(([clone]) => clone)).toEqual([220224, 220224, 279680, 279680, 221952, 147968]);
  // Σ A = 1,369,728 and Σ M of the first blocks = 292,480.
  expect(chains.reduce((sum, [clone = 0]) => sum + clone, 0)).toBe(1369728);
  expect(chains.reduce((sum, [, average = 0]) => sum + average, 0)).toBe(292480);
});

test("a copied weight begins as the unit's, an average follows it", () => {
  const { modules } = scopedModel(mlaan);
  const weights = modules[1]?.head?.fragment.nodes.flatMap((node) => node.weights) ?? [];
  const at = (address: string) => weights.find((weight) => weight.address === address);
  const copy = { kind: "copy", of: "stage[2].block[1].conv[1].kernel" };
  expect(at("clone[1].conv[1].kernel")?.specification.initializer).toEqual(copy);
  expect(at("clone[1].conv[1].kernel")?.binding).toBeUndefined();
  expect(at("ema[1].conv[1].kernel")?.specification.initializer).toEqual(copy);
  expect(at("ema[1].conv[1].kernel")?.binding).toEqual({ kind: "average", of: copy.of, decay: 0.995 });
  expect(at("ema[1].batch_norm[1].mean")?.binding).toBeUndefined();
  expect(at("ema[1].batch_norm[1].mean")?.specification.initializer).toEqual({
    kind: "copy",
    of: "stage[2].block[1].batch_norm[1].mean",
  });
});

/** ContSup (arXiv 2312.07636): `E` from the image, `Rn` from a queue of the last n module inputs. */
const contSup = (context: string, cuts: string): string => `${resnet}
  block encode_image(x, like) {
    return x |> conv(12, 3) |> batch_norm |> relu |> conv(like.channels, 3) |> batch_norm |> relu
             |> adaptive_avg_pool([like.height, like.width])
  }
  block project(x, like) {
    return x |> conv(like.channels, 1) |> batch_norm |> relu |> adaptive_avg_pool([like.height, like.width])
  }
  /// The last \`count\` module inputs that there are, as far back as \`most\` modules.
  block recent(module, count, most) {
    let like = module.previous.output
    return sum([project(module.previous(r).input, like) for r in 1..min(count, most)])
  }
  model net {
    input [32, 32, 3] classes 10 backbone resnet_cifar(depth = 32)
    ${cuts}
    context { ${context} }
    heads { local: greedy last: classifier }
  }`;

const image = "encode_image(input, like = module.previous.output)";
const eight =
  "split after stage[1].block[1], stage[1].block[3], stage[1].block[5], stage[2].block[2], stage[2].block[4], stage[3].block[1], stage[3].block[3]";
const sixteen = "split into 16";

test.each([
  [
    "E",
    `2..last: ${image}`,
    [2136, 2136, 2136, 2136, 2136, 2136, 3912, 3912, 3912, 3912, 3912, 7464, 7464, 7464, 7464],
  ],
  [
    "R1",
    "2..last: recent(module, 1, module.index - 1)",
    [96, 304, 304, 304, 304, 304, 608, 1120, 1120, 1120, 1120, 2240, 4288, 4288, 4288],
  ],
] as const)("ContSup %s on ResNet-32, K = 16, has the authors' sizes at every boundary", (_, context, sizes) => {
  const scoped = scopedModel(contSup(context, sixteen));
  expect(sizes.map((_size, position) => trainedNumbers(scoped, `context[${position + 2}]`))).toEqual(sizes);
});

test("ContSup R1E on ResNet-32, K = 8: at the first boundary there is only the image", () => {
  // The queue of RnE starts empty, so that of Rn is one longer: the image seeds it.
  const both = `2: ${image}  3..last: ${image} + recent(module, 1, module.index - 2)`;
  const scoped = scopedModel(contSup(both, eight));
  const sizes = [2, 3, 4, 5, 6, 7, 8].map((module) => trainedNumbers(scoped, `context[${module}]`));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(38024);
  expect(sizes[0]).toBe(2136);
});

test("a queue of four inputs holds as many as there are", () => {
  const scoped = scopedModel(contSup("2..last: recent(module, 4, module.index - 1)", eight));
  const sources = scoped.modules.map(
    ({ context }) => context?.inputs.map(({ source }) => JSON.stringify(source)) ?? [],
  );
  expect(sources.map(({ length }) => length)).toEqual([0, 1, 2, 3, 4, 4, 4, 4]);
  expect(sources[7]).toEqual([7, 6, 5, 4].map((module) => JSON.stringify({ kind: "module_input", module })));
});

const taps = `
  block moving(x) {
    tap residual = dense(x, 4)
    return relu(x + residual)
  }
  backbone net() { for i in 1..3 { unit step[i]: moving |> moving } }
  head moved(module) {
    loss classes = cross_entropy(module.output |> dense(classes), label)
    loss transport = sum([mean(square(r)) for r in module.taps("residual")]) weight 0.5
    loss first = mean(module.units[1].tap("residual"))
  }
  model m { input [4] classes 2 backbone net split after step[2] heads { each: moved } }`;

test("taps are listed in order, several of one name in one unit included", () => {
  const { modules } = scopedModel(taps);
  const inputs = modules[0]?.head?.fragment.inputs.map(({ source }) => source);
  expect(inputs?.filter(({ kind }) => kind === "tap")).toEqual([
    { kind: "tap", unit: 1, name: "residual" },
    { kind: "tap", unit: 1, name: "residual[2]" },
    { kind: "tap", unit: 2, name: "residual" },
    { kind: "tap", unit: 2, name: "residual[2]" },
  ]);
});

const copies = `
  backbone net() {
    unit first: dense(4) |> relu
    unit second: dense(4) |> relu
    unit third: dense(4)
  }
  head copied(module) {
    let gate = parameter([], init = constant(1))
    let fixed = module.output |> frozen(dense(_, 4))
    let ahead = module.output |> clone(module.next.units[1])
    let kept = frozen(backbone.third)(ahead)
    let mixed = (fixed + kept) * gate
    loss classes = cross_entropy(dense(mixed, classes), label)
  }
  head plain(module) { loss classes = cross_entropy(module.output |> dense(classes), label) }
  model m { input [4] classes 2 backbone net split after first heads { local: copied last: plain } }`;

test("copies and frozen functions carry their weights with them, named after what they copy", () => {
  const { modules } = scopedModel(copies);
  const { head } = modules[0] ?? {};
  expect(head && printFragment(head.fragment, "").join("\n")).toMatchInlineSnapshot(`
    "gate = parameter(shape = [], init = {"kind":"constant","value":1}, group = "weight") : float32[] weights gate.value[]
    fixed = dense(module_output, features = 4, bias = true) : float32[batch, 4] weights fixed.kernel[4, 4] frozen fixed.bias[4] frozen
    clone[1].dense[1] = dense(module_output, features = 4, bias = true) : float32[batch, 4] weights clone[1].dense[1].kernel[4, 4] clone[1].dense[1].bias[4]
    clone[1].relu[1] = relu(clone[1].dense[1]) : float32[batch, 4]
    clone[2].dense[1] = dense(clone[1].relu[1], features = 4, bias = true) : float32[batch, 4] weights clone[2].dense[1].kernel[4, 4] from third.dense[1].kernel frozen clone[2].dense[1].bias[4] from third.dense[1].bias frozen
    add[1] = add(fixed, clone[2].dense[1]) : float32[batch, 4]
    multiply[1] = multiply(add[1], gate) : float32[batch, 4]
    dense[1] = dense(multiply[1], features = 2, bias = true) : float32[batch, 2] weights dense[1].kernel[4, 2] dense[1].bias[2]
    cross_entropy[1] = cross_entropy(dense[1], label, smoothing = 0) : float32[]
    loss classes = cross_entropy[1] weight 1
    return dense[1]"
  `);
});

const plain = `
  backbone net() { for i in 1..3 { unit f[i]: dense(4) |> relu } }
  block around(x) { return dense(x, 4) }
  head plain(module) { loss classes = cross_entropy(module.output |> dense(classes), label) }
  model m { input [4] classes 2 backbone net split into 3 heads { each: plain } context { 2..last: around(input) } readout: exit(2) }`;

test("what is printed of a model tells its context and readout", () => {
  const printed = printModel(scopedModel(plain).model);
  expect(printed).toContain("  context 2..last\n  readout exit(2)\n");
});

test("context and readout can be set from outside", () => {
  const owners = (set: Record<string, string>): string[] =>
    scopedModel(plain, set)
      .owners.filter(({ kind, inference }) => kind === "context" || (kind === "head" && inference))
      .map(({ name }) => name);
  expect(owners({})).toEqual(["context[2]", "head[2]", "context[3]"]);
  expect(owners({ context: "off", readout: "ensemble" })).toEqual(["head[1]", "head[2]", "head[3]"]);
  expect(owners({ "context.3": "off", readout: "final" })).toEqual(["context[2]", "head[3]"]);
  expect(owners({ "context.2..last": "module.previous.output", readout: "exit(1)" })).toEqual(["head[1]"]);
});

test("what the module before returned is a constant in a context", () => {
  const { losses, modules } = scopedModel(plain, { "context.2..last": "around(module.previous.output)" });
  expect(losses[2]?.trains.some((address) => address.startsWith("f[2]"))).toBe(false);
  expect(modules[2]?.context?.nodes.map(({ operation }) => operation)).toEqual(["detach", "dense"]);
});

test("an order of updates is part of the recipe where it is not the usual one", () => {
  expect(scopedModel(plain).model.recipe.update).toBeUndefined();
  expect(scopedModel(plain, { "train.update": "at_end" }).model.recipe.update).toBeUndefined();
  expect(scopedModel(plain, { "train.update": "immediate" }).model.recipe.update).toBe("immediate");
});

test("an optimizer per module is accepted where every weight belongs to one module: it changes nothing", () => {
  const recipe = (optimizer: string): unknown => scopedModel(plain, { "train.optimizer": optimizer }).model.recipe;
  expect(recipe('sgd(momentum = 0.9, per = "module")')).toEqual(recipe("sgd(momentum = 0.9)"));
});
