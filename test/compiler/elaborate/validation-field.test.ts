import { expect, test } from "vitest";
import { expandStudies } from "../../../compiler/ablate/index.ts";
import { compile } from "../../../compiler/index.ts";
import { fairnessOf } from "../../../tools/ablation/fairness.ts";

const model = (train: string) => `
  import { mlp } from "std/backbones"
  model net { input [64]  classes 10  backbone mlp(widths = [8, 8])  train { seed: 1  ${train} } }`;

function compiled(train: string, set: Record<string, string> = {}) {
  return compile({ file: "net.llnet", set, text: model(train) });
}

test("a recipe holds out a share of the training images", () => {
  expect(compiled("validation: 0.1").program?.recipe.validation).toBe(0.1);
  expect(compiled("validation: 0.5").program?.recipe.validation).toBe(0.5);
  expect(compiled("", { "train.validation": "0.2" }).program?.recipe.validation).toBe(0.2);
});

test("a share of 0 is no share: the program is that of a recipe without the word", () => {
  expect(compiled("validation: 0").program).toEqual(compiled("").program);
});

test.each([
  ["validation: 0.6", "LL6004", "`validation` must be at least 0 and at most 0.5, found 0.6"],
  ["validation: -0.1", "LL6004", "`validation` must be at least 0 and at most 0.5, found -0.1"],
  ['validation: "0.1"', "LL6003", "`validation` needs a number, found"],
])("%s is %s", (train, code, message) => {
  const [first, ...others] = compiled(train).diagnostics;
  expect(others).toEqual([]);
  expect(first).toMatchObject({ code, message: expect.stringContaining(message) });
});

test("variants that hold out different shares are other programs, and an unfair comparison", () => {
  const text = `${model("")}  ablate shares of net { vary train.validation: 0, 0.1  repeat seed: 1..2 }`;
  const { studies, diagnostics } = expandStudies({ file: "net.llnet", text });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const [study] = studies;
  expect(study?.variants.map(({ summary }) => summary.validation)).toEqual([undefined, 0.1]);
  expect(new Set(study?.variants.map(({ programHash }) => programHash)).size).toBe(2);
  // The step is the same: it is measured once.
  expect(new Set(study?.variants.map(({ stepHash }) => stepHash)).size).toBe(1);
  expect(study && fairnessOf(study, [])).toEqual([expect.objectContaining({ rule: "unequal-data" })]);
});
