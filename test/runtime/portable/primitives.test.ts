/** Every operation of the language on WebAssembly: values and gradients as on the native engine, gradients as slopes. */
import { expect, test } from "vitest";
import { composedKernels } from "../../../runtime/execute/portable/portable-kernels.ts";
import { primitives } from "../../../runtime/primitives/registry.ts";
import type { Numbers } from "../../operations/execute.ts";
import { execute } from "../../operations/execute.ts";
import { executePortable } from "../../operations/execute-portable.ts";
import { operationCases, primitiveCases } from "../../operations/gradient-cases.ts";
import type { OperationCase } from "../../operations/harness.ts";
import { nameOf, prepare, recordGradients } from "../../operations/harness.ts";

const cases = [...operationCases, ...primitiveCases];

for (const [number, testCase] of cases.entries()) {
  test(`portable: ${nameOf(testCase)}, case ${number}, computes and differentiates as natively and as slopes say`, async () => {
    const { recorder, known, output, inputs, differentiable, weights } = recordGradients(testCase, "tensor");
    const wanted = [output, ...known];
    const expected = execute(recorder, testCase.batch, inputs, wanted);
    const found = await executePortable(recorder, testCase.batch, inputs, wanted);
    wanted.forEach((_, index) => {
      expectAlike(found[index], expected[index], index === 0 ? "result" : (differentiable[index - 1]?.name ?? ""));
    });
    for (const [index, { name, value }] of differentiable.entries()) {
      const gradient = found[index + 1] as Float32Array;
      // One direction through all elements: as telling as every element by itself, and hundreds of times cheaper.
      const direction = gradient.map((_, element) => Math.sin(1 + 2.1 * element));
      const slope = await slopeAlong(testCase, inputs, value, direction, weights);
      const along = gradient.reduce((sum, element, place) => sum + element * (direction[place] as number), 0);
      const unit = Math.max(0.5, ...gradient.map(Math.abs));
      expect(Math.abs(along - slope) / unit, `${name}: slope ${slope}, gradient ${along}`).toBeLessThan(5e-3);
    }
  });
}

test("every primitive has a portable kernel, and nothing else has", () => {
  expect(Object.keys(composedKernels).sort()).toEqual(primitives.map(({ name }) => name));
});

function expectAlike(found: Float32Array | undefined, expected: Float32Array | undefined, name: string): void {
  expect(found?.length, name).toBe(expected?.length);
  const unit = Math.max(1e-3, ...(expected ?? []).map(Math.abs));
  found?.forEach((value, index) => {
    const wanted = expected?.[index] as number;
    const error = Math.abs(value - wanted) / unit;
    expect(error, `${name}[${index}]: expected ${wanted}, found ${value}`).toBeLessThan(1e-5);
  });
}

/** d/dt of Σ w ∘ result at t = 0 where one input moves along a direction, by central differences extrapolated once. */
async function slopeAlong(
  testCase: OperationCase,
  inputs: ReadonlyMap<number, Numbers>,
  value: number,
  direction: Float32Array,
  weights: Float32Array,
): Promise<number> {
  const { recorder, output } = prepare(testCase);
  const isOwn = (number: number) =>
    number < recorder.values.length && !recorder.instructions.some(({ results }) => results.includes(number));
  const length = Math.hypot(...direction);
  const at = async (step: number): Promise<number> => {
    const moved = (inputs.get(value) as Float32Array).map((x, i) => x + (step / length) * (direction[i] as number));
    const own = new Map([...inputs, [value, moved] as const].filter(([number]) => isOwn(number)));
    const [result] = await executePortable(recorder, testCase.batch, own, [output]);
    return (result as Float32Array).reduce((total, element, i) => total + element * (weights[i] as number), 0);
  };
  const central = async (step: number) => ((await at(step)) - (await at(-step))) / (2 * step);
  return (length * (4 * (await central(0.025)) - (await central(0.05)))) / 3;
}
