/** The portable executor on WebGPU beside the native engine: training, memory, weights that travel. */
import { expect } from "vitest";
import { loadWebgpu } from "../../../runtime/engine/load-webgpu.ts";
import { planMemory } from "../../../runtime/program/plan.ts";
import { createTrainer } from "../../../runtime/train/trainer.ts";
import { makeBatch } from "../support/batches.ts";
import { writeConvNet, writeMlp } from "../support/networks.ts";
import { webgpuTest } from "./webgpu-test.ts";

webgpuTest.each([
  ["MLP", writeMlp()],
  ["MLP with Adam", writeMlp("adam")],
  ["convolutional network", writeConvNet()],
] as const)(
  "on WebGPU the %s trains as natively to 1e-4, and its planned peak is the tracked peak",
  async (_, program) => {
    const native = await createTrainer(program, { executor: "eager" });
    const webgpu = await createTrainer(program, { executor: "webgpu" });
    for (const [number, size] of [1, 2, 6, 6].entries()) {
      const batch = makeBatch(program, size, number);
      const [expected, found] = [await native.step(batch), await webgpu.step(batch)];
      for (const { name } of program.losses) expectClose([found.losses[name]], [expected.losses[name]], name);
      expect(webgpu.memory().tracked).toBe(planMemory(program.procedures.train, size).peakBytes);
    }
    const weights = await webgpu.weights();
    for (const [address, expected] of await native.weights()) expectClose(weights.get(address), expected, address);
    const batch = makeBatch(program, 5, 100);
    expectClose(await webgpu.predict(batch), await native.predict(batch), "logits");
    expect(webgpu.executor).toBe("webgpu");
    native.dispose();
    webgpu.dispose();
  },
);

webgpuTest("a hundred steps on WebGPU leave no tensor and no byte more", async () => {
  const engine = await loadWebgpu();
  const program = writeMlp("adam");
  const before = engine.tensorCount();
  const trainer = await createTrainer(program, { executor: "webgpu" });
  const batch = makeBatch(program, 4);
  for (let step = 0; step < 10; step++) await trainer.step(batch);
  const [tensors, bytes] = [engine.tensorCount(), engine.memoryBytes()];
  for (let step = 0; step < 100; step++) await trainer.step(batch);
  expect(engine.tensorCount()).toBe(tensors);
  expect(engine.memoryBytes()).toBe(bytes);
  trainer.dispose();
  expect(engine.tensorCount()).toBe(before);
});

function expectClose(
  found: ArrayLike<number | undefined> | undefined,
  expected: ArrayLike<number | undefined>,
  name: string,
): void {
  const numbers = Array.from(expected, (value) => value ?? Number.NaN);
  const unit = Math.max(1e-3, ...numbers.map(Math.abs));
  expect(found?.length, name).toBe(numbers.length);
  numbers.forEach((value, index) => {
    expect(Math.abs((found?.[index] ?? Number.NaN) - value) / unit, `${name}[${index}]`).toBeLessThan(1e-4);
  });
}
