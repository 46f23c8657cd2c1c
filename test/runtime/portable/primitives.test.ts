/** Every operation of the language on WebAssembly: values and gradients as on the native engine, gradients as slopes. */
import { expect, test } from "vitest";
import { composedKernels } from "../../../runtime/execute/portable/portable-kernels.ts";
import { primitives } from "../../../runtime/primitives/registry.ts";
import { composedOnWasm, onWasm } from "../../operations/execute-portable.ts";
import {
  expectGradientCase,
  expectValueCase,
  gradientCases,
  primitivesOf,
  titleOf,
  valueCases,
} from "../support/operation-tests.ts";
import { updateCases } from "../support/update-tests.ts";

for (const setup of [onWasm, composedOnWasm]) {
  for (const [number, testCase] of gradientCases.entries()) {
    test(`${setup.name}: ${titleOf(testCase, number)}, computes and differentiates as natively and as slopes say`, async () => {
      await expectGradientCase(testCase, setup);
    });
  }

  for (const [number, testCase] of valueCases.entries()) {
    test(`${setup.name}: ${titleOf(testCase, number)} without gradients, computes as natively`, async () => {
      await expectValueCase(testCase, setup);
    });
  }
}

test("every primitive has a portable kernel, and nothing else has", () => {
  expect(Object.keys(composedKernels).sort()).toEqual(primitives.map(({ name }) => name));
});

test("every primitive is in a case that all engines compute", () => {
  const covered = new Set([
    ...gradientCases.flatMap((testCase) => primitivesOf(testCase, true)),
    ...valueCases.flatMap((testCase) => primitivesOf(testCase, false)),
    ...updateCases.map(({ primitive }) => primitive),
    // Every update is read back by it.
    "read",
  ]);
  expect(primitives.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
});
