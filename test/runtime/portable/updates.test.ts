/** What changes variables does so on WebAssembly as natively, over its memory and with composed kernels. */
import { expect, test } from "vitest";
import { composedOnWasm, onWasm } from "../../operations/execute-portable.ts";
import { adamsFirstStep, expectUpdateCase, updateCases } from "../support/update-tests.ts";

for (const setup of [onWasm, composedOnWasm]) {
  for (const updateCase of updateCases) {
    test(`${setup.name}: ${updateCase.primitive} ${JSON.stringify(updateCase.attributes ?? {})} is the native one to 1e-6`, async () => {
      await expectUpdateCase(updateCase, setup);
    });
  }

  test(`${setup.name}: Adam's first step has the length of the rate`, async () => {
    for (const length of await adamsFirstStep(setup)) expect(Math.abs(length - 1)).toBeLessThan(1e-6);
  });
}
