import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  averagesOf,
  beginStep,
  copiesOf,
  copyOf,
  filled,
  statistic,
  type Tensor,
  weight,
} from "../../../runtime/index.ts";
import { primitives } from "../../../runtime/primitives/registry.ts";
import { methodName } from "../../../runtime/program/vocabulary/primitives.ts";

test("every primitive has a typed function to write it with, and there is no function without one", () => {
  const path = new URL("../../../runtime/program/vocabulary/primitives.ts", import.meta.url);
  const [, body = ""] = readFileSync(path, "utf8").split("export interface Primitives {");
  const typed = [...(body.split("\n}")[0] ?? "").matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name);
  expect(typed.sort()).toEqual(primitives.map(({ name }) => methodName(name)).sort());
});

test("parts of a gradient are added as they come, each weight for itself", () => {
  const step = beginStep("train", []);
  const [first, second, third] = ["first", "second", "third"].map((name) =>
    step.feed(name, { dataType: "float32", shape: [2] }, { kind: "input" }),
  ) as [Tensor, Tensor, Tensor];
  step.module(1);
  step.backward("unit");
  expect(step.accumulate("kernel", first)).toBe(first);
  expect(step.accumulate("bias", second)).toBe(second);
  const two = step.accumulate("kernel", second);
  step.output("sum", step.accumulate("kernel", third));
  expect(step.finish().instructions.map(({ primitive, operands }) => [primitive, operands])).toEqual([
    ["add", [first, second]],
    ["add", [two, third]],
  ]);
});

test("a block's variables at another place are copies of them, and averages have no memory of the optimizer", () => {
  const block = [weight("conv.kernel", [3], filled(1), ["momentum"]), statistic("norm.mean", [3], filled(0))];
  const kernel = { address: "clone.conv.kernel", shape: [3], initializer: copyOf("unit.conv.kernel") };
  const mean = { role: "statistic", address: "clone.norm.mean", shape: [3], initializer: copyOf("unit.norm.mean") };
  expect(copiesOf("clone", "unit", block)).toEqual([
    { ...kernel, role: "weight", slots: ["momentum"] },
    { ...mean, slots: [] },
  ]);
  expect(averagesOf("clone", "unit", block)).toEqual([
    { ...kernel, role: "average", slots: [] },
    { ...mean, slots: [] },
  ]);
});
