import { expect, test } from "vitest";
import { lintFile } from "../../../compiler/lint/lint-file.ts";

/** How often a search over five batch sizes is found. */
function found({ train = "seed: 1", recipe = "", study = "" }): number {
  const text = `
    import { mlp } from "std/backbones"
    ${recipe}
    model net { input [64]  classes 10  backbone mlp(widths = [32, 32, 32])  train ${train.includes("{") ? train : `{ ${train} }`} }
    ablate search of net { vary train.batch: 16, 32, 64, 128, 256  ${study}  repeat seed: 1..3 }`;
  const { diagnostics } = lintFile({ file: "net.llnet", text });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return diagnostics.filter(({ name }) => name === "tuned-on-test").length;
}

test("a search is found where nothing but test accuracy can pick", () => {
  expect(found({})).toBe(1);
  expect(found({ train: "seed: 1  validation: 0" })).toBe(1);
});

test("images held out by the model or its recipe are something to pick by", () => {
  expect(found({ train: "seed: 1  validation: 0.1" })).toBe(0);
  const recipe = "recipe careful { validation: 0.2  seed: 1 }";
  expect(found({ recipe, train: "careful { epochs: 3 }" })).toBe(0);
  expect(found({ recipe, train: "careful { validation: 0 }" })).toBe(1);
});

test("where all variants are compared with a baseline nobody picks", () => {
  expect(found({ study: "compare to train.batch = 64" })).toBe(0);
});
