/** What every engine must do with every operation: values and gradients as on the native engine, gradients as slopes say. */
import { expectAlike } from "../../operations/alike.ts";
import { execute } from "../../operations/execute.ts";
import type { PortableSetup } from "../../operations/execute-portable.ts";
import { executePortable } from "../../operations/execute-portable.ts";
import { operationCases, primitiveCases } from "../../operations/gradient-cases.ts";
import type { OperationCase } from "../../operations/harness.ts";
import { nameOf, prepare, recordGradients } from "../../operations/harness.ts";
import { expectSlopes } from "../../operations/slopes.ts";
import { valueCases } from "../../operations/value-cases.ts";

/** Every operation of the language and every primitive that none of them reaches. */
export const gradientCases: readonly OperationCase[] = [...operationCases, ...primitiveCases];

export { valueCases };

export function titleOf(testCase: OperationCase, number: number): string {
  return `${nameOf(testCase)}, case ${number}`;
}

/** The case's result and its gradients for a weighted sum of it, on this engine, natively, and by finite differences. */
export async function expectGradientCase(testCase: OperationCase, setup: PortableSetup): Promise<void> {
  const { recorder, known, output, inputs, differentiable, weights } = recordGradients(testCase, "tensor");
  const wanted = [output, ...known];
  const expected = execute(recorder, testCase.batch, inputs, wanted);
  const found = await executePortable(recorder, testCase.batch, inputs, wanted, setup);
  wanted.forEach((_, index) => {
    expectAlike(found[index], expected[index], index === 0 ? "result" : (differentiable[index - 1]?.name ?? ""));
  });
  const gradients = differentiable.map(({ name, value }, index) => {
    return { name, value, gradient: found[index + 1] as Float32Array };
  });
  await expectSlopes(testCase, { inputs, weights }, gradients, setup);
}

export async function expectValueCase(testCase: OperationCase, setup: PortableSetup): Promise<void> {
  const { recorder, inputs, output } = prepare(testCase);
  const [expected] = execute(recorder, testCase.batch, inputs, [output]);
  const [found] = await executePortable(recorder, testCase.batch, inputs, [output], setup);
  expectAlike(found, expected, "result");
}

/** Names of the primitives that a case's program holds, gradients included where they are tested. */
export function primitivesOf(testCase: OperationCase, withGradients: boolean): string[] {
  const { recorder } = withGradients ? recordGradients(testCase, "tensor") : prepare(testCase);
  return recorder.instructions.map(({ primitive }) => primitive);
}
