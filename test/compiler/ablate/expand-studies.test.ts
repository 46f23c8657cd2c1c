import { expect, test } from "vitest";
import { expandStudies, programIdentity } from "../../../compiler/ablate/index.ts";
import { compile, summarize } from "../../../compiler/index.ts";
import { createFileHost } from "../../../compiler/source/file-host.ts";
import { createMemoryHost } from "../../../compiler/source/source-host.ts";
import { expandBlocks, expandText, model, names } from "./expand.ts";

test("axes multiply, the last fastest, and variants are named by what differs", () => {
  const expanded = expandBlocks(
    "ablate a of net { vary split: into 1, into 4 vary heads.local: greedy, wide(hidden = 3) }",
  );
  expect(expanded.rendered).toBe("");
  expect(names(expanded)).toEqual(["into-1_greedy", "into-1_wide", "into-4_greedy", "into-4_wide"]);
  expect(expanded.studies[0]?.variants[3]?.set).toEqual({ split: "into 4", "heads.local": "wide(hidden = 3)" });
});

test("without local modules the heads make no difference: one program", () => {
  const [study] = expandBlocks("ablate a of net { vary split: into 1, into 4 vary heads.local: greedy, wide }").studies;
  const [first, second, third, fourth] = study?.variants ?? [];
  expect(second?.sameAs).toBe("a/into-1_greedy");
  expect(second?.programHash).toBe(first?.programHash);
  expect([first?.sameAs, third?.sameAs, fourth?.sameAs]).toEqual([undefined, undefined, undefined]);
  expect(third?.programHash).not.toBe(fourth?.programHash);
});

test("a variant of another study of the file is named with its study", () => {
  const { studies } = expandBlocks(`ablate a of net { vary split: into 2, into 4 }
ablate b of net { vary train.batch: 4, 8 }`);
  expect(studies[1]?.variants.map(({ sameAs }) => sameAs)).toEqual(["a/into-2", undefined]);
});

test("paths in parentheses vary together", () => {
  const expanded = expandBlocks("ablate a of net { vary (train.batch, train.rate): (4, 0.1), (8, 0.2) }");
  expect(names(expanded)).toEqual(["batch-4-rate-0.1", "batch-8-rate-0.2"]);
  expect(expanded.studies[0]?.variants.map(({ recipe }) => [recipe.batch, recipe.rate])).toEqual([
    [4, { kind: "constant", value: 0.1 }],
    [8, { kind: "constant", value: 0.2 }],
  ]);
});

test("a range is its numbers", () => {
  expect(names(expandBlocks("ablate a of net { vary train.epochs: 1..3 }"))).toEqual([
    "epochs-1",
    "epochs-2",
    "epochs-3",
  ]);
});

test("seeds are repeated, not varied: the program is one, whatever its recipe's seed", () => {
  const { studies } = expandBlocks(
    "ablate a of net { vary train.seed: 1, 2 }\nablate b of net { vary split: into 2 repeat seed: [7, 3] }",
  );
  expect(studies[1]?.seeds).toEqual([7, 3]);
  expect(studies[0]?.variants[1]?.sameAs).toBe("a/seed-1");
  expect(studies[0]?.variants.map(({ summary }) => summary.seed)).toEqual([1, 2]);
});

test.each([
  ["skip when split.modules == 1 and heads.local == wide", ["into-1_greedy", "into-4_greedy", "into-4_wide"]],
  ["skip when heads.local != greedy()", ["into-1_greedy", "into-4_greedy"]],
  ["skip when heads.local == wide(hidden = 4)", ["into-1_greedy", "into-1_wide", "into-4_greedy", "into-4_wide"]],
  ["skip when split.modules > 1\n skip when heads.local == greedy", ["into-1_wide"]],
])("%s", (condition, left) => {
  const block = `ablate a of net { vary split: into 1, into 4 vary heads.local: greedy, wide(hidden = 3)\n ${condition}\n }`;
  const expanded = expandBlocks(block);
  expect(expanded.rendered).toBe("");
  expect(names(expanded)).toEqual(left);
  expect(expanded.studies[0]?.excluded).toHaveLength(4 - left.length);
});

test("what is skipped says why", () => {
  const { studies } = expandBlocks("ablate a of net { vary train.batch: 4, 8 skip when 2 * train.batch > 8 }");
  expect(studies[0]?.excluded).toEqual([
    { name: "batch-8", set: { "train.batch": "8" }, reason: "skip when 2 * train.batch > 8", kind: "skipped" },
  ]);
});

test("every variant is compared to the one with the baseline's value and all else equal", () => {
  const [study] = expandBlocks(
    "ablate a of net { vary split: into 1, into 4 vary train.batch: 4, 8 compare to split = into 1 }",
  ).studies;
  expect(study?.baseline).toBe("into-1_batch-4");
  expect(study?.variants.map(({ comparedTo }) => comparedTo)).toEqual([
    undefined,
    undefined,
    "into-1_batch-4",
    "into-1_batch-8",
  ]);
});

test("of paths that vary together several may say which row is the baseline", () => {
  const block = (lines: string) =>
    `ablate a of net { vary (train.batch, train.epochs): (4, 1), (8, 1), (8, 2) vary split: into 1, into 2 ${lines} }`;
  const baseline = (lines: string) => expandBlocks(block(lines)).studies[0]?.baseline;
  expect(baseline("compare to train.batch = 8")).toBe("batch-8-epochs-1_into-1");
  expect(baseline("compare to train.batch = 8 compare to train.epochs = 2")).toBe("batch-8-epochs-2_into-1");
  const { diagnostics } = expandBlocks(block("compare to train.batch = 4 compare to train.epochs = 2"));
  expect(diagnostics.map(({ code }) => code)).toEqual(["LL7006"]);
});

test("a model is varied in a file that imports it, with heads its own file does not know", () => {
  const study = `import { net } from "./net.llnet"
head mine(module) { loss classes = cross_entropy(module.output |> dense(classes), label) }
ablate a of net { vary heads.local: mine, wide vary heads.last: classifier }`;
  const wrong = expandText(study, {}, { "net.llnet": model });
  expect(wrong.rendered).toContain("there is no `wide` here");
  const right = expandText(study.replace("mine, wide vary heads.last: classifier", "mine"), {}, { "net.llnet": model });
  expect(right.rendered).toBe("");
  expect(right.studies[0]).toMatchObject({ model: "net", file: "study.llnet" });
});

test("a parameter of a head of an imported model is set by name", () => {
  const study = `import { net } from "./net.llnet"\nablate a of net { vary heads.local.hidden: [4], [6] }`;
  const { rendered, studies } = expandText(study, {}, { "net.llnet": model });
  expect(rendered).toBe("");
  expect(new Set(studies[0]?.variants.map(({ programHash }) => programHash)).size).toBe(2);
});

test("every part of a model can vary", () => {
  const axes = [
    "input: [12], [10]",
    "classes: 3, 4",
    "backbone: mlp(widths = [4, 4, 4]), mlp(widths = [6, 6, 6])",
    "backbone.widths: [4, 4, 4], [5, 5, 5]",
    "split: after layer[1], after layer[2], layer[3]",
    "heads.last: classifier, wide",
    "context: off",
    "train.optimizer: adam, sgd(momentum = 0.5)",
    "train.memory: recompute, at most 64 MB",
    "readout: final, ensemble",
  ];
  for (const axis of axes) {
    const expanded = expandBlocks(`ablate a of net { vary ${axis} }`);
    expect(expanded.rendered).toBe("");
    expect(new Set(expanded.studies[0]?.variants.map(({ programHash }) => programHash)).size).toBe(
      axis.startsWith("context") ? 1 : 2,
    );
  }
});

test("a variant's hash and costs are those of compiling it alone, whatever it shares with others", () => {
  const blocks = `ablate a of net {
  vary split: into 1, into 4 by memory
  vary train.batch: 4, 6
  vary train.rate: 0.1, cosine(peak = 0.2)
  vary train.label_smoothing: 0, 0.1
}
ablate b of net { vary train.memory: recompute vary train.epochs: 1, 5 vary train.batch: 3, 5 }`;
  const { studies, rendered } = expandBlocks(blocks);
  expect(rendered).toBe("");
  const host = createMemoryHost({ "study.llnet": model }, createFileHost());
  for (const { variants } of studies) {
    for (const { overrides, programHash, summary } of variants) {
      const { program, scoped } = compile({ file: "study.llnet", host, set: overrides });
      if (program === undefined || scoped === undefined) throw new Error("it does not compile");
      expect(programHash).toBe(programIdentity(program));
      const alone = summarize(scoped, program);
      expect(summary.parameters).toEqual({
        inference: alone.parameters.inference,
        training: alone.parameters.training,
      });
      expect(summary.macs).toBe(alone.macs.backbone + alone.macs.heads + alone.macs.context);
      expect(summary.peakBytes).toBe(alone.peakBytes);
      expect(summary.epochs).toBe(program.recipe.epochs);
    }
  }
});

test("the model's name and the seed are not part of a program's identity, its recipe is", () => {
  const identity = (text: string) => {
    const host = createMemoryHost({ "net.llnet": text }, createFileHost());
    const { program } = compile({ file: "net.llnet", host });
    return program === undefined ? "none" : programIdentity(program);
  };
  const own = identity(model);
  expect(identity(model.replace("model net", "model other"))).toBe(own);
  expect(identity(model.replace("epochs: 2", "epochs: 2 seed: 9"))).toBe(own);
  expect(identity(model.replace("epochs: 2", "epochs: 3"))).not.toBe(own);
  expect(identity(model.replace("local: greedy", "local: greedy([5])"))).not.toBe(own);
});

test("progress counts every variant, also those that share a structure", () => {
  const seen: string[] = [];
  const host = createMemoryHost(
    { "study.llnet": `${model}\nablate a of net { vary train.epochs: 1, 2 vary split: into 1, into 4 }` },
    createFileHost(),
  );
  expandStudies({ file: "study.llnet", host, onProgress: (done, total) => seen.push(`${done}/${total}`) });
  expect(seen).toEqual(["1/4", "2/4", "3/4", "4/4"]);
});

test("epochs of a sequential training are those of every phase", () => {
  const { studies, rendered } = expandBlocks(
    "ablate a of net { vary train.order: simultaneous, sequential vary train.epochs: 2, 3 vary split: into 1, into 4 }",
  );
  expect(rendered).toBe("");
  const epochs = studies[0]?.variants.map(({ set, summary }) => [...Object.values(set), summary.epochs].join(" "));
  expect(epochs).toEqual([
    "simultaneous 2 into 1 2",
    "simultaneous 2 into 4 2",
    "simultaneous 3 into 1 3",
    "simultaneous 3 into 4 3",
    "sequential 2 into 1 2",
    "sequential 2 into 4 8",
    "sequential 3 into 1 3",
    "sequential 3 into 4 12",
  ]);
});

test("variants of equal instructions on weights of unequal shapes differ, in their step too", () => {
  const { studies } = expandBlocks("ablate a of net { vary heads.local: greedy([4]), greedy([5]) }");
  const variants = studies[0]?.variants ?? [];
  expect(new Set(variants.map(({ stepHash }) => stepHash)).size).toBe(2);
  expect(new Set(variants.map(({ programHash }) => programHash)).size).toBe(2);
});

test("a backbone built once is that of every variant, and another where its arguments change", () => {
  const { studies } = expandBlocks(
    "ablate a of net { vary backbone.widths: [4, 4, 4], [5, 5, 5] vary split: into 1, into 2 }",
  );
  const host = createMemoryHost({ "study.llnet": model }, createFileHost());
  for (const { overrides, programHash } of studies[0]?.variants ?? []) {
    const { program } = compile({ file: "study.llnet", host, set: overrides });
    expect(program && programIdentity(program)).toBe(programHash);
  }
  expect(studies[0]?.variants).toHaveLength(4);
});
