import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { StepProgram } from "../../runtime/program/step-program.ts";
import type { Trainer, TrainerOptions } from "../../runtime/train/trainer.ts";
import { createTrainer } from "../../runtime/train/trainer.ts";
import { makeBatch } from "./support/batches.ts";
import { ADAM_EPSILON } from "./support/network-writer.ts";
import { writeConvNet, writeMlp } from "./support/networks.ts";

const trainers: Trainer[] = [];
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "llnet-trainer-test-"));
});

afterEach(() => {
  for (const trainer of trainers.splice(0)) trainer.dispose();
  rmSync(folder, { recursive: true });
});

async function start(program: StepProgram, options: TrainerOptions = {}): Promise<Trainer> {
  const trainer = await createTrainer(program, options);
  trainers.push(trainer);
  return trainer;
}

async function trainSteps(trainer: Trainer, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step++) await trainer.step(makeBatch(trainer.program, 6, step));
}

test.each(["eager", "graph"] as const)(
  "a saved and loaded run continues bit for bit on the %s executor",
  async (executor) => {
    const program = writeConvNet();
    const whole = await start(program, { executor });
    await trainSteps(whole, 0, 3);
    await whole.save(folder);
    await trainSteps(whole, 3, 6);

    const continued = await start(program, { executor, seed: 99 });
    await continued.load(folder);
    expect(continued.stepCount).toBe(3);
    await trainSteps(continued, 3, 6);
    expect(await continued.weights()).toEqual(await whole.weights());
    expect(await continued.optimizerState()).toEqual(await whole.optimizerState());
  },
);

test("saving again replaces the files and leaves no others", async () => {
  const trainer = await start(writeMlp());
  await trainer.save(folder);
  await trainSteps(trainer, 0, 1);
  await trainer.save(folder);
  expect(readdirSync(folder)).toHaveLength(2);
  const fresh = await start(writeMlp(), { seed: 5 });
  await fresh.load(folder);
  expect(await fresh.weights()).toEqual(await trainer.weights());
});

test("damaged, missing and foreign weights are refused by name", async () => {
  const trainer = await start(writeMlp());
  await expect(trainer.load(join(folder, "nowhere"))).rejects.toMatchObject({ code: "LL8061" });

  await trainer.save(folder);
  const other = await start(writeConvNet());
  await expect(other.load(folder)).rejects.toMatchObject({
    code: "LL8063",
    message: expect.stringContaining("stem.kernel"),
  });

  const binary = join(folder, readdirSync(folder).find((name) => name.endsWith(".bin")) as string);
  const bytes = Uint8Array.from(readFileSync(binary));
  bytes[10] = 255 - (bytes[10] as number);
  writeFileSync(binary, bytes);
  await expect(trainer.load(folder)).rejects.toMatchObject({
    code: "LL8062",
    message: expect.stringContaining("checksum"),
  });
  truncateSync(binary, 100);
  await expect(trainer.load(folder)).rejects.toMatchObject({
    code: "LL8062",
    message: expect.stringContaining("found 100"),
  });
  writeFileSync(join(folder, "manifest.json"), "{");
  await expect(trainer.load(folder)).rejects.toMatchObject({
    code: "LL8062",
    message: expect.stringContaining("not JSON"),
  });
});

test("bad batches are refused before the engine sees them", async () => {
  const trainer = await start(writeMlp());
  const { input, label } = makeBatch(trainer.program, 6);
  const refused = [
    [{ input: input.slice(1), label }, "whole samples of 4 numbers, found 23"],
    [{ input: new Float32Array(0), label: new Int32Array(0) }, "found 0 numbers"],
    [{ input, label: label.slice(2) }, "6 samples need 6 labels, found 4"],
    [{ input, label: Int32Array.of(0, 1, 2, 3, 0, 0) }, "label 3 must be from 0 to 2, found 3"],
    [{ input, label: Int32Array.of(0, -1, 2, 0, 0, 0) }, "label 1 must be from 0 to 2, found -1"],
    [{ input: Array.from(input) as unknown as Float32Array, label }, "must be a Float32Array, found Array"],
  ] as const;
  for (const [batch, message] of refused) {
    await expect(trainer.step(batch)).rejects.toThrow(message);
    await expect(trainer.evaluate(batch)).rejects.toThrow(message);
  }
  expect(trainer.stepCount).toBe(0);
});

test.each(["eager", "graph"] as const)(
  "weights may be set one by one on the %s executor, the others stay",
  async (executor) => {
    const trainer = await start(writeMlp(), { executor });
    const before = await trainer.weights();
    const bias = Float32Array.of(1, 2, 3);
    await trainer.setWeights(new Map([["layer[2].bias", bias]]));
    await trainSteps(trainer, 0, 1);
    expect([...bias]).toEqual([1, 2, 3]); // the engine's update in place must not reach the caller's array
    await trainer.setWeights(before);
    expect(await trainer.weights()).toEqual(before);
    await expect(trainer.setWeights(new Map([["layer[9].bias", bias]]))).rejects.toMatchObject({ code: "LL8053" });
    await expect(trainer.setWeights(new Map([["layer[1].bias", bias]]))).rejects.toMatchObject({ code: "LL8054" });
    await expect(trainer.setWeights(new Map([["layer[2].bias/momentum", bias]]))).rejects.toMatchObject({
      code: "LL8053",
    });
  },
);

test("a step uses the rate that was set, and none at rate 0", async () => {
  const trainer = await start(writeMlp());
  trainer.setRate(0);
  const before = await trainer.weights();
  expect((await trainer.step(makeBatch(trainer.program, 6))).rate).toBe(0);
  expect(await trainer.weights()).toEqual(before);
});

test("gradients of a module do not depend on the loss behind it", async () => {
  const trainer = await start(writeMlp());
  const batch = makeBatch(trainer.program, 6);
  const before = await trainer.gradients(batch);
  await trainer.setWeights(new Map([["layer[2].kernel", new Float32Array(24).fill(3)]]));
  const after = await trainer.gradients(batch);
  expect(after.get("layer[1].kernel")).toEqual(before.get("layer[1].kernel"));
  expect(after.get("layer[2].kernel")).not.toEqual(before.get("layer[2].kernel"));
});

test("memory tells the plan, the variables and what was tracked", async () => {
  const trainer = await start(writeMlp(), { executor: "eager" });
  await trainer.step(makeBatch(trainer.program, 6));
  const { planned, tracked, variables } = trainer.memory();
  expect(tracked).toBe(planned);
  const weight = 4 * (4 * 8 + 8 + 2 * (8 * 3 + 3));
  expect(variables).toEqual({ weight, statistic: 0, slot: weight, average: 0 });
});

test.each(["eager", "graph"] as const)(
  "Adam follows the paper over several steps on the %s executor",
  async (executor) => {
    const trainer = await start(writeMlp("adam"), { executor });
    const address = "layer[1].kernel";
    const expected = Float64Array.from((await trainer.weights()).get(address) as Float32Array);
    const [m, v] = [new Float64Array(expected.length), new Float64Array(expected.length)];
    for (let t = 1; t <= 5; t++) {
      const batch = makeBatch(trainer.program, 6, t);
      const gradient = (await trainer.gradients(batch)).get(address) as Float32Array;
      await trainer.step(batch);
      // Kingma and Ba, arXiv 1412.6980, algorithm 1
      gradient.forEach((g, i) => {
        m[i] = 0.9 * (m[i] as number) + 0.1 * g;
        v[i] = 0.999 * (v[i] as number) + 0.001 * g * g;
        const corrected = (m[i] as number) / (1 - 0.9 ** t);
        const size = Math.sqrt((v[i] as number) / (1 - 0.999 ** t)) + ADAM_EPSILON;
        expected[i] = (expected[i] as number) - (0.05 * corrected) / size;
      });
    }
    const found = (await trainer.weights()).get(address) as Float32Array;
    found.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-6);
    });
  },
);

test("what was tracked is that of the largest batch, not of what is left at an epoch's end", async () => {
  const trainer = await start(writeMlp(), { executor: "eager" });
  await trainer.step(makeBatch(trainer.program, 6));
  await trainer.step(makeBatch(trainer.program, 1));
  const { planned, tracked } = trainer.memory();
  expect(tracked).toBe(planned);
});
