import { expect, test } from "vitest";
import { compile } from "../../../compiler/index.ts";
import { planMemory } from "../../../runtime/program/plan.ts";
import { compileText } from "../../support/train-text.ts";

const megabyte = 1e6;

function resnet32(options: { memory?: string; batch?: number; split?: string } = {}): string {
  const { memory, batch = 128, split } = options;
  return `
    import { resnet_cifar } from "std/backbones"
    import { classifier } from "std/heads"
    head pooled(module) {
      let logits = module.output |> conv(module.output.channels, 3, bias = false) |> batch_norm |> relu |> pool_all |> dense(classes)
      loss classes = cross_entropy(logits, label)
    }
    model net {
      input [32, 32, 3]  classes 10
      backbone resnet_cifar(depth = 32)
      ${split === undefined ? "" : `split ${split} heads { local: pooled last: classifier }`}
      train { optimizer: sgd(momentum = 0.9)  rate: 0.1  batch: ${batch}  ${memory === undefined ? "" : `memory: ${memory}`} }
    }`;
}

function peak(text: string): number {
  const { procedures, recipe } = compileText(text);
  return planMemory(procedures.train, recipe.batch).peakBytes;
}

test("recomputing batch normalisation and ReLU takes a quarter off ResNet-32's peak", () => {
  expect(peak(resnet32()) / 2 ** 20).toBeCloseTo(307.5, 0);
  expect(peak(resnet32({ memory: "recompute" })) / 2 ** 20).toBeCloseTo(229.6, 0);
});

test("recomputation lowers the peak of a network cut in four too", () => {
  const split = "into 4 by units";
  expect(peak(resnet32({ split, memory: "recompute" })) / peak(resnet32({ split }))).toBeLessThan(0.8);
});

test("a limit that is met without it changes nothing", () => {
  const without = compileText(resnet32());
  const within = compileText(resnet32({ memory: "at most 400 MB" }));
  expect(within.procedures).toEqual(without.procedures);
});

test.each([300, 260, 220, 160, 100])("a limit of %d MB is met, with no more than it takes", (limit) => {
  const { procedures } = compileText(resnet32({ memory: `at most ${limit} MB` }));
  const { peakBytes } = planMemory(procedures.train, 128);
  expect(peakBytes).toBeLessThanOrEqual(limit * megabyte);
  // The largest tensor is 8.4 MB, and the transients of a repetition are a few of them.
  expect(peakBytes).toBeGreaterThan((limit - 30) * megabyte);
});

test("the tighter the limit, the more is computed again", () => {
  const lengths = [400, 300, 260, 220, 160, 100].map(
    (limit) => compileText(resnet32({ memory: `at most ${limit} MB` })).procedures.train.instructions.length,
  );
  expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  expect(new Set(lengths).size).toBe(lengths.length);
});

test("a limit below what is possible is an error that says what is, and which batch would fit", () => {
  const { program, diagnostics } = compile({ file: "net.llnet", text: resnet32({ memory: "at most 50 MB" }) });
  expect(program).toBeUndefined();
  const found = diagnostics.find(({ name }) => name === "memory-too-small");
  expect(found?.message).toMatch(/^a training step needs at least [\d.]+ MB, more than the 50 MB of `memory`$/);
  const batch = Number(/`batch: (\d+)` would fit/.exec(found?.help ?? "")?.[1]);
  expect(batch).toBeGreaterThan(0);
  expect(peak(resnet32({ memory: "at most 50 MB", batch }))).toBeLessThanOrEqual(50 * megabyte);
});

test.each([
  ["memory: recompue", "wrong-part", "`memory` needs `recompute` or a limit such as `at most 64 MB`, found `recompue`"],
  ["memory: 64", "wrong-part", "`memory` needs `recompute` or a limit such as `at most 64 MB`, found the int 64"],
  ["memory: at most 0 MB", "field-out-of-range", "`memory` must be more than 0, found 0"],
  ["memory: at most 64 MiB", "unknown-option", undefined],
])("`%s` is reported", (field, name, message) => {
  const text = resnet32().replace("rate: 0.1", `rate: 0.1 ${field}`);
  const { program, diagnostics } = compile({ file: "net.llnet", text });
  expect(program).toBeUndefined();
  const found = diagnostics.find((diagnostic) => diagnostic.name === name);
  expect(found).toBeDefined();
  if (message !== undefined) expect(found?.message).toBe(message);
});

test("a split by memory weighs what is kept after recomputation", () => {
  const split = "into 4 by memory";
  const program = compileText(resnet32({ split, memory: "recompute" }));
  const cuts = program.modules.slice(0, -1).map(({ units }) => units.at(-1));
  const before = compileText(resnet32({ split }))
    .modules.slice(0, -1)
    .map(({ units }) => units.at(-1));
  const explicit = (units: readonly (string | undefined)[]): number =>
    peak(resnet32({ split: `after ${units.join(", ")}`, memory: "recompute" }));
  expect(explicit(cuts)).toBeLessThanOrEqual(explicit(before));
});

test.each([
  ["recompute", 241e6],
  ["at most 200 MB", 200e6],
])("an override can set `memory` to `%s`", (memory, limit) => {
  const { procedures } = compileText(resnet32(), { "train.memory": memory });
  expect(planMemory(procedures.train, 128).peakBytes).toBeLessThanOrEqual(limit);
});

test.each(["at most", "at most 64 MB, batch: 2", "at most 64"])("`%s` as an override is reported", (memory) => {
  const { program, diagnostics } = compile({ file: "net.llnet", text: resnet32(), set: { "train.memory": memory } });
  expect(program).toBeUndefined();
  expect(diagnostics.length).toBeGreaterThan(0);
});

function layersOf(layer: string, memory: string): string {
  return `
    import { classifier } from "std/heads"
    backbone layers() { for i in 1..6 { unit layer[i](x) { return x |> conv(8, 3, bias = false) |> ${layer} } } }
    model net { input [8, 8, 8]  classes 4  backbone layers()  heads { last: classifier }  train { batch: 16 ${memory} } }`;
}

test.each([
  "batch_norm |> relu",
  "batch_norm |> tanh",
  "batch_norm |> sigmoid",
  "batch_norm |> leaky_relu",
  "batch_norm |> gelu",
  "layer_norm |> relu",
  "layer_norm |> gelu",
  "batch_norm |> relu |> dropout(0.5)",
  "batch_norm |> relu |> resize([8, 8])",
])("what `%s` makes between convolutions of a unit need not be kept", (layer) => {
  const before = peak(layersOf(`${layer} |> conv(8, 3, bias = false) |> batch_norm |> relu`, ""));
  const after = peak(layersOf(`${layer} |> conv(8, 3, bias = false) |> batch_norm |> relu`, "memory: recompute"));
  expect(after / before).toBeLessThan(0.85);
});
