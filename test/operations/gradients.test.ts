import { expect, test } from "vitest";
import { gradientRules } from "../../compiler/operations/gradients/registry.ts";
import { operations } from "../../compiler/operations/registry.ts";
import { operationCases, primitiveCases } from "./gradient-cases.ts";
import type { OperationCase } from "./harness.ts";
import { expectGradients, gradientsOf, nameOf, prepare } from "./harness.ts";

for (const testCase of [...operationCases, ...primitiveCases]) {
  for (const cotangent of ["tensor", "uniform"] as const) {
    test(`gradients of ${titleOf(testCase)} equal finite differences with a ${cotangent} cotangent`, () => {
      expectGradients(testCase, cotangent);
    });
  }
}

test("every operation of the language has a gradient case", () => {
  const covered = new Set(operationCases.map(nameOf));
  const missing = operations.map(({ name }) => name).filter((name) => !covered.has(name));
  // `detach` has no gradient by meaning, and what `one_hot` gives is constant.
  expect(missing).toEqual(["detach", "one_hot"]);
});

test("every gradient rule is exercised by a case", () => {
  const covered = new Set(
    [...operationCases, ...primitiveCases].flatMap((each) =>
      prepare(each).recorder.instructions.map((i) => i.primitive),
    ),
  );
  expect(gradientRules.map(({ primitive }) => primitive).filter((name) => !covered.has(name))).toEqual([]);
});

test("adding hands the same gradient to both sides without an instruction", () => {
  expect(gradientsOf({ operation: "add", batch: 2, tensors: [[4], [4]] }, "tensor").backward).toEqual([]);
});

test("the gradient of a global mean is scaled while small and repeated last", () => {
  const { backward } = gradientsOf({ operation: "pool_all", batch: 2, tensors: [[4, 4, 3]] }, "tensor");
  expect(backward).toEqual(["scale", "reshape", "broadcast"]);
});

test("a mean of losses costs one instruction in the backward pass", () => {
  const { backward } = gradientsOf({ operation: "cross_entropy", batch: 4, tensors: [[3], "label"] }, "uniform");
  expect(backward).toEqual(["scale"]);
});

function titleOf(testCase: OperationCase): string {
  const { tensors, arguments: given } = testCase;
  const shapes = tensors
    .map((shape) => (shape === "label" ? "label" : `[${("whole" in shape ? shape.whole : shape).join(", ")}]`))
    .join(", ");
  return `${nameOf(testCase)}(${[shapes, ...Object.entries(given ?? {}).map(([name, value]) => `${name} = ${value}`)].join(", ")})`;
}
