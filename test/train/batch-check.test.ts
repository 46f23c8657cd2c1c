import { expect, test } from "vitest";
import type { StepProgram } from "../../runtime/index.ts";
import { checkBatch } from "../../runtime/train/batch-check.ts";

const program = { inputShape: [2, 3], classes: 4 } as unknown as StepProgram;

test("a batch of whole samples with a label each is counted", () => {
  expect(checkBatch(program, { input: new Float32Array(12), label: new Int32Array([0, 3]) })).toBe(2);
});

test.each([
  ["numbers that are no Float32Array", [1, 2, 3, 4, 5, 6], new Int32Array(1)],
  ["half a sample", new Float32Array(9), new Int32Array(2)],
  ["no sample", new Float32Array(0), new Int32Array(0)],
  ["labels that are no Int32Array", new Float32Array(6), [0]],
  ["a label too few", new Float32Array(12), new Int32Array(1)],
])("%s are refused as LL8051", (_, input, label) => {
  const batch = { input, label } as unknown as Parameters<typeof checkBatch>[1];
  expect(() => checkBatch(program, batch)).toThrow(expect.objectContaining({ code: "LL8051" }) as Error);
});

test.each([-1, 4])("a label of %i among four classes is refused as LL8052", (label) => {
  const batch = { input: new Float32Array(6), label: new Int32Array([label]) };
  expect(() => checkBatch(program, batch)).toThrow(expect.objectContaining({ code: "LL8052" }) as Error);
});
