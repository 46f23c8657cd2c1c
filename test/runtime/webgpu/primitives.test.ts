/** Every operation of the language on WebGPU, values and gradients as on the native engine; where WebGPU is installed. */
import { expect } from "vitest";
import { loadWebgpu } from "../../../runtime/engine/load-webgpu.ts";
import { execute } from "../../operations/execute.ts";
import { executePortable } from "../../operations/execute-portable.ts";
import { operationCases, primitiveCases } from "../../operations/gradient-cases.ts";
import { nameOf, recordGradients } from "../../operations/harness.ts";
import { webgpuTest } from "./webgpu-test.ts";

for (const [number, testCase] of [...operationCases, ...primitiveCases].entries()) {
  webgpuTest(`WebGPU: ${nameOf(testCase)}, case ${number}, computes and differentiates as natively`, async () => {
    const { recorder, known, output, inputs, differentiable } = recordGradients(testCase, "tensor");
    const wanted = [output, ...known];
    const expected = execute(recorder, testCase.batch, inputs, wanted);
    const found = await executePortable(recorder, testCase.batch, inputs, wanted, loadWebgpu);
    wanted.forEach((_, index) => {
      expectAlike(found[index], expected[index], index === 0 ? "result" : (differentiable[index - 1]?.name ?? ""));
    });
  });
}

function expectAlike(found: Float32Array | undefined, expected: Float32Array | undefined, name: string): void {
  expect(found?.length, name).toBe(expected?.length);
  const unit = Math.max(1e-3, ...(expected ?? []).map(Math.abs));
  found?.forEach((value, index) => {
    const wanted = expected?.[index] as number;
    const error = Math.abs(value - wanted) / unit;
    expect(error, `${name}[${index}]: expected ${wanted}, found ${value}`).toBeLessThan(1e-5);
  });
}
