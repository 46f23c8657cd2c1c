/**
 * Where a whole step on the portable engine is further from the native one than rounding: no kernel is to blame, and a weight moved
 * by its last digit moves the native step as far.
 */
import { expect, test } from "vitest";
import { compile } from "../../../compiler/index.ts";
import { loadEngine } from "../../../runtime/engine/load-engine.ts";
import type { TensorValues } from "../../../runtime/execute/executor.ts";
import type { StepProgram } from "../../../runtime/program/step-program.ts";
import type { Batch } from "../../../runtime/train/batch-check.ts";
import { createTrainer } from "../../../runtime/train/trainer.ts";
import { examples, firstBatches } from "../../examples/support/examples.ts";
import { onWasm } from "../../operations/execute-portable.ts";
import { compareInstructions } from "../support/instruction-by-instruction.ts";

// Two samples under batch normalisation, PredSim's similarity matrices, transport, and reach over several modules.
test.each([
  ["cnn-dgl", 2],
  ["vgg8b-predsim", 2],
  ["resnet20-trgl", 8],
  ["resnet20-windows-hpff_windows", 8],
] as const)("every instruction of %s at %d samples gives what the native one gives to 1e-5", async (name, size) => {
  const { program, batch } = await open(name, size);
  const trainer = await createTrainer(program, { executor: "eager" });
  const weights = await trainer.weights();
  trainer.dispose();
  const feeds = new Map<string, TensorValues>([
    ["input", batch.input],
    ["label", batch.label],
    ["seed", Int32Array.of(3, 4)],
  ]);
  const { binding } = loadEngine();
  const compared = await compareInstructions(program, binding, size, feeds, weights, onWasm);
  expect(compared.length).toBeGreaterThan(500);
  expect(compared.filter(({ error }) => !(error < 1e-5))).toEqual([]);
});

test("batch normalisation of two samples turns the last digit of a weight into more than portable and native differ by", async () => {
  const { program, batch } = await open("cnn-dgl", 2);
  const native = await step(program, "eager", batch, 0);
  const portable = await step(program, "portable", batch, 0);
  const moved = await Promise.all([1, 2, 3].map((pattern) => step(program, "eager", batch, pattern)));
  const byRounding = Math.max(...moved.map(({ losses }) => furthest(losses, native.losses)));
  // Two numbers of one channel are normalised to ±1 however near to each other they are: their sign is all that is left.
  expect(byRounding).toBeGreaterThan(2e-5);
  expect(furthest(portable.losses, native.losses)).toBeLessThan(5 * byRounding);
  // So are the weights after a step of Adam, on the native engine alone.
  const weightsByRounding = Math.max(...moved.map(({ weights }) => furthestWeight(weights, native.weights)));
  expect(weightsByRounding).toBeGreaterThan(1e-2);
  expect(furthestWeight(portable.weights, native.weights)).toBeLessThan(10 * weightsByRounding);
});

test("at four and at eight samples the same network's losses and new weights are the native ones", async () => {
  for (const size of [4, 8]) {
    const { program, batch } = await open("cnn-dgl", size);
    const native = await step(program, "eager", batch, 0);
    const portable = await step(program, "portable", batch, 0);
    expect(furthest(portable.losses, native.losses)).toBeLessThan(1e-5);
    expect(furthestWeight(portable.weights, native.weights)).toBeLessThan(size === 8 ? 1e-5 : 1e-4);
  }
});

async function open(name: string, size: number): Promise<{ program: StepProgram; batch: Batch }> {
  const example = examples.find((one) => one.name === name);
  if (example === undefined) throw new Error(`there is no example ${name}`);
  const { program } = compile({ ...example, set: { "train.batch": size } });
  if (program === undefined) throw new Error(`${name} does not compile`);
  const [{ input, label }] = (await firstBatches(program, 1)) as [Batch];
  return {
    program,
    batch: { input: input.slice(0, (input.length / label.length) * size), label: label.slice(0, size) },
  };
}

/** The first step's losses and the weights after it; a pattern above 0 moves every weight by a unit in its last place at most. */
async function step(program: StepProgram, executor: "eager" | "portable", batch: Batch, pattern: number) {
  const trainer = await createTrainer(program, { executor });
  const move = (value: number, index: number) => value * (1 + Math.sign(Math.sin(pattern * (index + 0.37))) * 2 ** -23);
  const before = [...(await trainer.weights())];
  await trainer.setWeights(new Map(before.map(([name, values]) => [name, values.map(move)])));
  const { losses } = await trainer.step(batch);
  const weights = await trainer.weights();
  trainer.dispose();
  return { losses, weights };
}

/** The largest difference of a number in the weights. */
function furthestWeight(found: Weights, expected: Weights): number {
  let largest = 0;
  for (const [name, values] of expected) {
    const others = found.get(name);
    for (const [index, value] of values.entries()) {
      const distance = Math.abs((others?.[index] ?? Number.NaN) - value);
      if (!(distance <= largest)) largest = Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
    }
  }
  return largest;
}

type Weights = ReadonlyMap<string, Float32Array>;

function furthest(found: Readonly<Record<string, number>>, expected: Readonly<Record<string, number>>): number {
  const errors = Object.entries(expected).map(([name, value]) => Math.abs((found[name] ?? Number.NaN) - value) / value);
  return errors.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...errors);
}
