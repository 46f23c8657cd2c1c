/** Every operation of the language on WebGPU: values and gradients as on the native engine, gradients as slopes say. */
import { expectGradientCase, expectValueCase, gradientCases, titleOf, valueCases } from "../support/operation-tests.ts";
import { onWebgpu, webgpuTest } from "./webgpu-test.ts";

for (const [number, testCase] of gradientCases.entries()) {
  webgpuTest(
    `WebGPU: ${titleOf(testCase, number)}, computes and differentiates as natively and as slopes say`,
    async () => {
      await expectGradientCase(testCase, onWebgpu);
    },
  );
}

for (const [number, testCase] of valueCases.entries()) {
  webgpuTest(`WebGPU: ${titleOf(testCase, number)} without gradients, computes as natively`, async () => {
    await expectValueCase(testCase, onWebgpu);
  });
}
