import { afterEach, expect, test } from "vitest";
import { loadEngine } from "../../runtime/engine/load-engine.ts";
import { planMemory } from "../../runtime/program/plan.ts";
import type { StepProgram } from "../../runtime/program/step-program.ts";
import type { Trainer, TrainerOptions } from "../../runtime/train/trainer.ts";
import { createTrainer } from "../../runtime/train/trainer.ts";
import { makeBatch } from "./support/batches.ts";
import { writeConvNet, writeFusedNet, writeMlp } from "./support/networks.ts";

const trainers: Trainer[] = [];

async function start(program: StepProgram, options: TrainerOptions): Promise<Trainer> {
  const trainer = await createTrainer(program, options);
  trainers.push(trainer);
  return trainer;
}

afterEach(() => {
  for (const trainer of trainers.splice(0)) trainer.dispose();
});

const networks = [
  ["MLP", writeMlp()],
  ["MLP with Adam", writeMlp("adam")],
  ["convolutional network", writeConvNet()],
] as const;

test.each(networks)("both executors train the %s to the same bits, short batches included", async (_, program) => {
  const eager = await start(program, { executor: "eager" });
  const graph = await start(program, { executor: "graph" });
  for (const [number, size] of [6, 6, 2, 6, 1, 6].entries()) {
    const batch = makeBatch(program, size, number);
    expect((await graph.step(batch)).losses).toEqual((await eager.step(batch)).losses);
  }
  expect(await graph.weights()).toEqual(await eager.weights());
  expect(await graph.optimizerState()).toEqual(await eager.optimizerState());
  const batch = makeBatch(program, 5, 100);
  expect(await graph.gradients(batch)).toEqual(await eager.gradients(batch));
});

test("where TensorFlow fuses convolution, bias and ReLU, both executors train alike to 1e-5", async () => {
  const program = writeFusedNet();
  const eager = await start(program, { executor: "eager" });
  const graph = await start(program, { executor: "graph" });
  for (const [number, size] of [6, 6, 2, 6, 1, 6].entries()) {
    const batch = makeBatch(program, size, number);
    const { losses } = await graph.step(batch);
    const expected = (await eager.step(batch)).losses;
    for (const { name } of program.losses) expect(losses[name]).toBeCloseTo(expected[name] as number, 5);
  }
  const weights = await graph.weights();
  for (const [address, expected] of await eager.weights()) expectClose(weights.get(address), expected);
});

// Without gradients TensorFlow fuses convolution, batch normalisation and ReLU in a graph, which rounds differently.
test.each(networks)("both executors evaluate the %s alike to 1e-5", async (_, program) => {
  const eager = await start(program, { executor: "eager" });
  const graph = await start(program, { executor: "graph" });
  for (const size of [5, 1]) {
    const batch = makeBatch(program, size);
    const expected = await eager.evaluate(batch);
    const found = await graph.evaluate(batch);
    for (const { name } of program.losses) expect(found.losses[name]).toBeCloseTo(expected.losses[name] as number, 5);
    for (const { name } of program.predictions) expectClose(found.logits[name], expected.logits[name]);
    expectClose(await graph.predict(batch), await eager.predict(batch));
  }
});

function expectClose(found: Float32Array | undefined, expected: Float32Array | undefined): void {
  expect(found?.length).toBe(expected?.length);
  found?.forEach((value, index) => {
    expect(Math.abs(value - (expected?.[index] as number))).toBeLessThan(1e-5);
  });
}

test.each(["eager", "graph"] as const)("the losses of the %s executor fall on one batch", async (executor) => {
  const program = writeConvNet();
  const trainer = await start(program, { executor });
  const batch = makeBatch(program, 16);
  const first = await trainer.step(batch);
  let last = first;
  for (let step = 0; step < 40; step++) last = await trainer.step(batch);
  for (const { name } of program.losses) expect(last.losses[name]).toBeLessThan(0.9 * (first.losses[name] as number));
});

test.each(networks)("the planned peak of the %s is the tracked peak, to the byte", async (_, program) => {
  const { binding } = loadEngine();
  const { createEagerExecutor } = await import("../../runtime/execute/eager/eager-executor.ts");
  const executor = createEagerExecutor(program, binding);
  executor.writeVariables(new Map(program.variables.map(({ address, type }) => [address, ones(type.shape)])));
  for (const size of [1, 3, 8]) {
    const { input, label } = makeBatch(program, size);
    const values = feeds(input, label);
    for (const name of ["train", "gradients", "evaluate", "predict"] as const) {
      executor.run(name, { batch: size, values });
      expect(executor.trackedPeakBytes()).toBe(planMemory(program.procedures[name], size).peakBytes);
    }
  }
  executor.dispose();
});

function feeds(input: Float32Array, label: Int32Array): Map<string, Float32Array | Int32Array> {
  return new Map<string, Float32Array | Int32Array>([
    ["input", input],
    ["label", label],
    ["rate", Float32Array.of(0.1)],
    ["beta1_power", Float32Array.of(0.9)],
    ["beta2_power", Float32Array.of(0.999)],
    ["epsilon", Float32Array.of(1e-8)],
  ]);
}

function ones(shape: readonly number[]): Float32Array {
  return new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(1);
}

test.each(["eager", "graph"] as const)("the %s executor holds no more tensors after 300 steps", async (executor) => {
  const { binding } = loadEngine();
  const program = writeMlp();
  const before = binding.getNumOfTensors();
  const trainer = await createTrainer(program, { executor });
  const batch = makeBatch(program, 6);
  await trainer.step(batch);
  const afterFirst = binding.getNumOfTensors();
  for (let step = 0; step < 300; step++) await trainer.step(batch);
  expect(binding.getNumOfTensors()).toBe(afterFirst);
  await trainer.evaluate(batch);
  await trainer.gradients(batch);
  trainer.dispose();
  expect(binding.getNumOfTensors()).toBe(before);
  expect(binding.getNumOfSavedModels()).toBe(0);
});

test("every batch size may be used without keeping constants for all of them", async () => {
  const { binding } = loadEngine();
  const program = writeMlp();
  const trainer = await start(program, { executor: "eager" });
  for (let size = 1; size <= 8; size++) await trainer.predict(makeBatch(program, size));
  const before = binding.getNumOfTensors();
  for (let size = 9; size <= 40; size++) await trainer.predict(makeBatch(program, size));
  expect(binding.getNumOfTensors()).toBe(before);
});

test("a run that fails gives its tensors back and leaves the executor usable", async () => {
  const { binding } = loadEngine();
  const program = writeMlp();
  for (const executor of ["eager", "graph"] as const) {
    const trainer = await start(program, { executor });
    const batch = makeBatch(program, 6);
    await trainer.step(batch);
    const before = binding.getNumOfTensors();
    const { createEagerExecutor } = await import("../../runtime/execute/eager/eager-executor.ts");
    const { createGraphExecutor } = await import("../../runtime/execute/graph/graph-executor.ts");
    const raw = executor === "eager" ? createEagerExecutor(program, binding) : createGraphExecutor(program, binding);
    const held = binding.getNumOfTensors();
    // Its variables were never set, so the first read fails inside the engine.
    const values = feeds(batch.input, batch.label);
    expect(() => raw.run("train", { batch: 6, values })).toThrow();
    raw.dispose();
    expect(held).toBeGreaterThanOrEqual(before);
    expect(binding.getNumOfTensors()).toBe(before);
    await trainer.step(batch);
  }
});

test("training repeats bit for bit from one seed and differs between seeds", async () => {
  const program = writeConvNet();
  const results: Map<string, Float32Array>[] = [];
  for (const seed of [1, 1, 2]) {
    const trainer = await start(program, { executor: "graph", seed });
    for (let number = 0; number < 3; number++) await trainer.step(makeBatch(program, 6, number));
    results.push(await trainer.weights());
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).not.toEqual(results[0]);
});
