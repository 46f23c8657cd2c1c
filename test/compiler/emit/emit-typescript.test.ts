import { expect, test } from "vitest";
import { emitTypeScript } from "../../../compiler/5-emit/index.ts";
import { compile } from "../../../compiler/index.ts";
import type { StepProgram } from "../../../runtime/program/step-program.ts";
import { writeConvNet, writeMlp } from "../../runtime/support/networks.ts";
import { formatted, runEmitted, typeProblems } from "./support/emitted.ts";

function compiled(file: string, set: Readonly<Record<string, string | number>> = {}, model?: string): StepProgram {
  const { program, diagnostics } = compile({ file, set, ...(model !== undefined && { model }) });
  if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return program;
}

function emitted(program: StepProgram): string {
  return emitTypeScript({ program, sourceFile: "network.llnet", version: "0.0.0" })[0]?.text ?? "";
}

/** A program whose gradients are not a variation of its training step. */
function withOtherGradients(program: StepProgram): StepProgram {
  const { gradients } = program.procedures;
  const outputs = [...gradients.outputs].reverse();
  return { ...program, procedures: { ...program.procedures, gradients: { ...gradients, outputs } } };
}

const programs: Readonly<Record<string, () => StepProgram>> = {
  "a written MLP": writeMlp,
  "a written convolutional network": () => writeConvNet(),
  "the digits example": () => compiled("examples/digits.llnet"),
  "ResNet-32 end to end": () => compiled("examples/resnet32-end-to-end.llnet"),
  "ResNet-32 with greedy heads": () => compiled("examples/resnet32-greedy.llnet"),
  "ResNet-32 with InfoPro heads": () => compiled("examples/resnet32-infopro.llnet"),
  "ResNet-20 cut at every unit": () =>
    compiled("examples/resnet32-infopro.llnet", { "backbone.depth": 20, split: "into 10" }),
  "ResNet-110 cut in 55": () =>
    compiled("examples/resnet32-infopro.llnet", { "backbone.depth": 110, split: "into 55" }),
  "modules with nothing in common with the gradients procedure": () => withOtherGradients(writeMlp()),
  "a network that recomputes": () =>
    compiled("examples/resnet32-infopro.llnet", { "backbone.depth": 20, "train.memory": "recompute" }),
  "plain descent": () => compiled("examples/resnet32-greedy.llnet", { "train.optimizer": "sgd(momentum = 0)" }),
  "weights used three times": () => compiled("examples/digits-forward-forward.llnet", {}, "linear_readout"),
  "decoupled decay": () =>
    compiled("examples/resnet32-greedy.llnet", { "train.optimizer": "adamw(weight_decay = 0.01)" }),
  "overlapping windows behind chains of copies": () => compiled("examples/resnet32-mlaan.llnet"),
  "windows of two and three modules": () => compiled("examples/resnet20-windows.llnet", {}, "hpff_windows"),
  "links back to earlier modules": () => compiled("examples/resnet20-windows.llnet", {}, "back_links"),
  "passes through many units of other modules": () =>
    compiled("examples/resnet20-windows.llnet", { "backbone.depth": 32 }, "hpff_windows"),
  "averages that no chain follows": () => compiled("examples/resnet32-man.llnet"),
  "blocks used with ten labels": () => compiled("examples/digits-forward-forward.llnet", {}, "by_goodness"),
};

test.each(Object.entries(programs))("%s emitted and run is the same program", (_, create) => {
  const program = create();
  expect(runEmitted(emitted(program)).program).toEqual(program);
});

test.each(Object.entries(programs))("%s is emitted as the formatter would write it", (_, create) => {
  const text = emitted(create());
  expect(formatted(text)).toBe(text);
});

test("emitted modules satisfy the strict type checker and use all they declare", () => {
  const texts = Object.values(programs).map((create, index) => [`emitted${index}.ts`, emitted(create())] as const);
  expect(typeProblems(new Map(texts))).toEqual([]);
});

test("the same program is emitted as the same text", () => {
  expect(emitted(compiled("examples/resnet32-infopro.llnet"))).toBe(
    emitted(compiled("examples/resnet32-infopro.llnet")),
  );
});

test("a deeper network of the same blocks is not a longer text", () => {
  const lines = (depth: number): number =>
    emitted(compiled("examples/resnet32-end-to-end.llnet", { "backbone.depth": depth })).split("\n").length;
  expect(lines(110)).toBe(lines(32));
});

test("ResNet-110 cut in 55 stays readable", () => {
  const program = compiled("examples/resnet32-infopro.llnet", { "backbone.depth": 110, split: "into 55" });
  expect(emitted(program).split("\n").length).toBeLessThan(1_600);
});

test("ResNet-32 by MLAAN, whose units stand in the passes of several modules, stays readable", () => {
  const text = emitted(compiled("examples/resnet32-mlaan.llnet"));
  expect(text.split("\n").length).toBeLessThan(1_900);
  const forward = [...text.matchAll(/^function (\w*[bB]lockForward)/gm)].map(([, name]) => name);
  expect(forward).toEqual(["blockForward", "wideningBlockForward"]);
  const backward = [...text.matchAll(/^function (blockBackward\w*)/gm)].map(([, name]) => name);
  expect(backward.sort()).toEqual([
    "blockBackward",
    "blockBackwardLast",
    "blockBackwardLastToStop",
    "blockBackwardPart",
    "blockBackwardPartToStop",
  ]);
});

test("a program whose losses reach other modules does not claim that nothing crosses", () => {
  const claim = "between modules there is no gradient";
  expect(emitted(compiled("examples/resnet32-infopro.llnet"))).toContain(claim);
  expect(emitted(compiled("examples/resnet32-mlaan.llnet"))).not.toContain(claim);
});

test("one step serves training and gradients where several passes train a weight", () => {
  for (const [file, model] of [
    ["resnet32-mlaan", "resnet32_mlaan"],
    ["resnet20-windows", "hpff_windows"],
    ["resnet20-windows", "back_links"],
  ]) {
    const text = emitted(compiled(`examples/${file}.llnet`, {}, model));
    expect(text).toContain('gradients: build("gradients", trainingStep)');
  }
});

test("every module says where its gradient stops", () => {
  const text = emitted(compiled("examples/resnet32-infopro.llnet"));
  const comments = [...text.matchAll(/\/\/ The gradient of module (\d) .*/g)].map(([comment]) => comment);
  expect(comments).toEqual([
    "// The gradient of module 1 ends here, at what the network is fed.",
    "// The gradient of module 2 stops here: its input is a constant.",
    "// The gradient of module 3 stops here: its input is a constant.",
    "// The gradient of module 4 stops here: its input is a constant.",
  ]);
});

test("the emitted digits example reads like this", async () => {
  await expect(emitted(compiled("examples/digits.llnet"))).toMatchFileSnapshot("__snapshots__/digits.ts.txt");
});
