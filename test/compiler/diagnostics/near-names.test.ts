import { expect, test } from "vitest";
import { didYouMean, nearNames } from "../../../compiler/diagnostics/near-names.ts";

const known = ["conv", "concat", "dense", "block", "basic", "batch_norm", "relu", "leaky_relu", "stage", "s"];

test.each([
  ["blok", ["block"]],
  ["cnov", ["conv"]],
  ["Dense", ["dense"]],
  ["batch", ["batch_norm"]],
  ["batchnorm", ["batch_norm"]],
  ["rleu", ["relu"]],
  ["zzz", []],
  ["x", []],
  ["", []],
  ["stage", []],
])("near %j lies %j", (wanted, expected) => {
  expect(nearNames(wanted, known)).toEqual(expected);
});

test("there are never more than three, the nearest first", () => {
  expect(nearNames("width", ["widths", "wide", "widt", "with", "widht"])).toHaveLength(3);
});

test("suggestions read as a question", () => {
  expect(didYouMean("layr", ["layer", "stair"])).toBe("did you mean `layer`?");
  expect(didYouMean("a1", ["a2", "a3"])).toBe("did you mean `a2` or `a3`?");
  expect(didYouMean("zzz", ["a"])).toBeUndefined();
});
