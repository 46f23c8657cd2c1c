/** The portable executor beside the native one: training, memory, weights that travel, and what it refuses. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { loadWasm } from "../../../runtime/engine/load-wasm.ts";
import type { PortableEngine } from "../../../runtime/engine/portable-engine.ts";
import { createPortableExecutor } from "../../../runtime/execute/portable/portable-executor.ts";
import { planMemory } from "../../../runtime/program/plan.ts";
import type { StepProgram } from "../../../runtime/program/step-program.ts";
import type { Trainer, TrainerOptions } from "../../../runtime/train/trainer.ts";
import { createTrainer } from "../../../runtime/train/trainer.ts";
import { makeBatch } from "../support/batches.ts";
import { writeConvNet, writeMlp } from "../support/networks.ts";

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

test.each(networks)("the %s trains as natively to 1e-4, short batches included", async (_, program) => {
  const native = await start(program, { executor: "eager" });
  const portable = await start(program, { executor: "portable" });
  for (const [number, size] of [6, 6, 2, 6, 1, 6].entries()) {
    const batch = makeBatch(program, size, number);
    const [expected, found] = [await native.step(batch), await portable.step(batch)];
    for (const { name } of program.losses) expectClose([found.losses[name]], [expected.losses[name]], name);
  }
  const weights = await portable.weights();
  for (const [address, expected] of await native.weights()) expectClose(weights.get(address), expected, address);
  const batch = makeBatch(program, 5, 100);
  const gradients = await portable.gradients(batch);
  for (const [address, expected] of await native.gradients(batch))
    expectClose(gradients.get(address), expected, address);
  expectClose(await portable.predict(batch), await native.predict(batch), "logits");
});

test.each(networks)("the planned peak of the %s is the tracked peak, to the byte", async (_, program) => {
  const trainer = await start(program, { executor: "portable" });
  for (const size of [1, 3, 8]) {
    await trainer.step(makeBatch(program, size));
    expect(trainer.memory().tracked).toBe(planMemory(program.procedures.train, size).peakBytes);
  }
});

test("1,000 steps leave neither a tensor nor a byte of memory more", async () => {
  const engine = await loadWasm();
  const program = writeConvNet(4);
  const before = engine.tensorCount();
  const trainer = await createTrainer(program, { executor: "portable" });
  const batch = makeBatch(program, 3);
  for (let step = 0; step < 5; step++) await trainer.step(batch);
  const [tensors, bytes] = [engine.tensorCount(), engine.memoryBytes()];
  for (let step = 0; step < 1000; step++) await trainer.step(batch);
  expect(engine.tensorCount()).toBe(tensors);
  expect(engine.memoryBytes()).toBe(bytes);
  await trainer.evaluate(batch);
  await trainer.gradients(batch);
  trainer.dispose();
  expect(engine.tensorCount()).toBe(before);
});

test("weights, slots and step count travel between executors in both directions", async () => {
  const folder = mkdtempSync(join(tmpdir(), "llnet-portable-"));
  try {
    const program = writeMlp("adam");
    for (const [from, to] of [
      ["graph", "portable"],
      ["portable", "graph"],
    ] as const) {
      const [first, second] = [
        await start(program, { executor: from }),
        await start(program, { executor: to, seed: 9 }),
      ];
      for (let number = 0; number < 3; number++) await first.step(makeBatch(program, 6, number));
      await first.save(join(folder, from));
      await second.load(join(folder, from));
      expect(second.stepCount).toBe(3);
      expect(await second.weights()).toEqual(await first.weights());
      const batch = makeBatch(program, 6, 7);
      const [expected, found] = [await first.step(batch), await second.step(batch)];
      for (const { name } of program.losses) expectClose([found.losses[name]], [expected.losses[name]], name);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what was read from a variable stays when the variable changes", async () => {
  const program = writeMlp();
  const trainer = await start(program, { executor: "portable" });
  const batch = makeBatch(program, 6);
  const before = await trainer.weights();
  const copies = new Map([...before].map(([address, values]) => [address, Float32Array.from(values)]));
  await trainer.step(batch);
  expect(before).toEqual(copies);
  expect(await trainer.weights()).not.toEqual(copies);
});

test("steps that are not waited for count and train one after the other", async () => {
  const program = writeMlp();
  const [patient, hasty] = [
    await start(program, { executor: "portable" }),
    await start(program, { executor: "portable" }),
  ];
  const batches = [0, 1, 2].map((number) => makeBatch(program, 6, number));
  for (const batch of batches) await patient.step(batch);
  await Promise.all(batches.map((batch) => hasty.step(batch)));
  expect(hasty.stepCount).toBe(3);
  expect(await hasty.weights()).toEqual(await patient.weights());
});

test("an engine that lacks a kernel is refused before anything runs, with the operation and its place", async () => {
  const engine = await loadWasm();
  const poor: PortableEngine = { ...engine, has: (kernel) => kernel !== "Softmax" && engine.has(kernel) };
  const before = engine.tensorCount();
  expect(createPortableExecutor(writeMlp(), poor)).toEqual({
    refusal: {
      operation: "softmax_cross_entropy",
      place: expect.stringMatching(/\[batch\] \(train\)$/),
      reason: "has no kernel Softmax",
    },
  });
  expect(engine.tensorCount()).toBe(before);
});

test("a kernel that fails gives its tensors back and leaves the trainer usable", async () => {
  const engine = await loadWasm();
  const program = writeMlp();
  const trainer = await start(program, { executor: "portable" });
  const batch = makeBatch(program, 6);
  await trainer.step(batch);
  const before = engine.tensorCount();
  const created = createPortableExecutor(program, engine);
  if (!("executor" in created)) throw new Error("refused");
  // Its variables were never set, so the first read fails.
  const values = new Map<string, Float32Array | Int32Array>([
    ["input", batch.input],
    ["label", batch.label],
    ["rate", Float32Array.of(0.1)],
  ]);
  expect(() => created.executor.run("train", { batch: 6, values })).toThrow(/has no value/);
  created.executor.dispose();
  expect(engine.tensorCount()).toBe(before);
  await trainer.step(batch);
});

type Numbers = ArrayLike<number | undefined> | undefined;

function expectClose(found: Numbers, expected: Numbers, name: string): void {
  const wanted = Array.from(expected ?? [], Number);
  expect(found?.length, name).toBe(wanted.length);
  const unit = Math.max(1e-2, ...wanted.map(Math.abs));
  wanted.forEach((value, index) => {
    expect(Math.abs(Number(found?.[index]) - value) / unit, `${name}[${index}]`).toBeLessThan(1e-4);
  });
}
