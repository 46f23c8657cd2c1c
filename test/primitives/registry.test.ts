import { expect, test } from "vitest";
import { gradientRules } from "../../compiler/operations/gradients/registry.ts";
import { findPrimitive, primitives } from "../../runtime/primitives/registry.ts";

test("primitives are sorted, named once, in snake_case, and say what they do", () => {
  const names = primitives.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)].sort());
  for (const { name, summary } of primitives) {
    expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    expect(summary, name).toMatch(/[.]$/);
  }
});

test("a primitive is found by its name only", () => {
  expect(findPrimitive("conv2d")?.name).toBe("conv2d");
  expect(findPrimitive("Conv2D")).toBeUndefined();
});

test("gradient rules are sorted, one per primitive, and only for primitives that exist", () => {
  const names = gradientRules.map(({ primitive }) => primitive);
  expect(names).toEqual([...new Set(names)].sort());
  expect(names.filter((name) => !findPrimitive(name))).toEqual([]);
});

test("primitives that change variables are marked, and nothing else is", () => {
  const changing = primitives.filter(({ hasEffect }) => hasEffect).map(({ name }) => name);
  expect(changing).toEqual(["apply_adam", "apply_momentum", "apply_sgd", "assign", "assign_add", "assign_subtract"]);
});
