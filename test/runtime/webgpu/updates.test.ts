/** What changes variables does so on WebGPU as natively. */
import { expect } from "vitest";
import { adamsFirstStep, expectUpdateCase, updateCases } from "../support/update-tests.ts";
import { onWebgpu, webgpuTest } from "./webgpu-test.ts";

for (const updateCase of updateCases) {
  webgpuTest(
    `WebGPU: ${updateCase.primitive} ${JSON.stringify(updateCase.attributes ?? {})} is the native one to 1e-6`,
    async () => {
      await expectUpdateCase(updateCase, onWebgpu);
    },
  );
}

webgpuTest("WebGPU: Adam's first step has the length of the rate", async () => {
  for (const length of await adamsFirstStep(onWebgpu)) expect(Math.abs(length - 1)).toBeLessThan(1e-6);
});
