/** Modules trained one after the other: what moves in a phase, with which numbers, on both executors. */
import { expect, onTestFinished, test } from "vitest";
import { planMemory, stepPeakBytes } from "../../../runtime/program/plan.ts";
import type { StepProgram, TrainingPhase } from "../../../runtime/program/step-program.ts";
import { verifyProgram } from "../../../runtime/program/verify.ts";
import type { Batch } from "../../../runtime/train/batch-check.ts";
import { createTrainer, type Trainer } from "../../../runtime/train/trainer.ts";
import { makeBatch } from "../../runtime/support/batches.ts";
import { compileText, type ExecutorName, executors } from "../../support/train-text.ts";
import { temporaryDirectory, withoutEngine } from "../support/training.ts";

const units = {
  first: "unit first: conv(4, 3) |> batch_norm |> relu",
  second: "unit second: conv(6, 3) |> batch_norm |> relu",
  third: "unit third: pool_all |> dense(5) |> relu",
};
const heads = `
head local_head(module) { loss classes = cross_entropy(module.output |> pool_all |> dense(classes), label) }
head last_head(module) { loss classes = cross_entropy(module.output |> dense(classes), label) }
`;

function network(train: string): string {
  return `backbone net() { ${units.first}  ${units.second}  ${units.third} }
    ${heads}
    model net {
      input [6, 6, 2]  classes 3  backbone net  split after first, second
      heads { local: local_head  last: last_head }
      train { batch: 8  ${train} }
    }`;
}

const adam = "optimizer: adam(weight_decay = 0.01)  rate: constant(0.01)";
const sequential = compileText(network(`order: sequential  ${adam}`));

async function open(program: StepProgram, executor: ExecutorName): Promise<Trainer> {
  const trainer = await createTrainer(program, { executor });
  onTestFinished(() => trainer.dispose());
  return trainer;
}

const batches = Array.from({ length: 6 }, (_, number) => makeBatch(sequential, 8, number));

async function trainOn(trainer: Trainer, some: readonly Batch[]): Promise<readonly number[]> {
  const losses: number[] = [];
  for (const batch of some) losses.push(...Object.values((await trainer.step(batch)).losses));
  return losses;
}

async function everything(trainer: Trainer): Promise<Map<string, Float32Array>> {
  return new Map([...(await trainer.weights()), ...(await trainer.optimizerState())]);
}

/** Addresses whose bits differ. */
function moved(before: ReadonlyMap<string, Float32Array>, after: ReadonlyMap<string, Float32Array>): string[] {
  const bits = (values: Float32Array = new Float32Array()): string => new Uint32Array(values.slice().buffer).join();
  return [...before].flatMap(([address, values]) => (bits(values) === bits(after.get(address)) ? [] : [address]));
}

function modulesOf(addresses: readonly string[]): number[] {
  const owners = new Map(sequential.variables.map(({ address, owner }) => [address, owner.module]));
  return [...new Set(addresses.map((address) => owners.get(address) ?? 0))].sort();
}

function expectNear(found: ReadonlyMap<string, Float32Array>, expected: ReadonlyMap<string, Float32Array>): void {
  for (const [address, values] of expected) {
    const own = found.get(address) ?? new Float32Array();
    const largest = values.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - (own[index] ?? Number.NaN))),
      0,
    );
    expect({ address, near: largest < 1e-5 }).toEqual({ address, near: true });
  }
}

test.skipIf(withoutEngine).each(executors)(
  "a phase moves its own module alone, to the bit, on the %s executor",
  async (executor) => {
    const trainer = await open(sequential, executor);
    expect(trainer.phase).toBe(1);
    for (const phase of [1, 2, 3]) {
      trainer.setPhase(phase);
      const before = await everything(trainer);
      const { losses, totals } = await trainer.step(batches[0] as Batch);
      await trainOn(trainer, batches);
      expect(modulesOf(moved(before, await everything(trainer)))).toEqual([phase]);
      expect(Object.keys(losses)).toEqual([`module[${phase}].classes`]);
      expect(totals).toEqual({ [phase]: losses[`module[${phase}].classes`] });
    }
    // Running statistics of a finished module stay as well: they are among what was compared.
    expect([...(await trainer.weights()).keys()]).toContain("first.batch_norm[1].mean");
  },
);

test.skipIf(withoutEngine)("a phase evaluates the modules up to its own", async () => {
  const trainer = await open(sequential, "graph");
  for (const [phase, count] of [
    [1, 1],
    [2, 2],
    [3, 3],
  ] as const) {
    trainer.setPhase(phase);
    const { losses, logits } = await trainer.evaluate(batches[0] as Batch);
    expect(Object.keys(losses)).toHaveLength(count);
    expect(Object.keys(logits)).toHaveLength(count);
    expect(Object.values(losses).every(Number.isFinite)).toBe(true);
  }
  expect(await trainer.predict(batches[0] as Batch)).toHaveLength(8 * 3);
});

test.skipIf(withoutEngine)("both executors take the same way through all phases", async () => {
  const [eager, graph] = [await open(sequential, "eager"), await open(sequential, "graph")];
  for (const phase of [1, 2, 3]) {
    eager.setPhase(phase);
    graph.setPhase(phase);
    const [found, expected] = [await trainOn(graph, batches), await trainOn(eager, batches)];
    for (const [index, loss] of found.entries()) expect(loss).toBeCloseTo(expected[index] as number, 5);
  }
  expectNear(await everything(graph), await everything(eager));
});

test.skipIf(withoutEngine).each(executors)(
  "phase 2 is the training of module 2 as a network of its own, fed what module 1 puts out, on the %s executor",
  async (executor) => {
    const trainer = await open(sequential, executor);
    await trainOn(trainer, batches);
    trainer.setPhase(2);
    const alone = compileText(`backbone net() { ${units.second} }
      ${heads}
      model net { input [6, 6, 4]  classes 3  backbone net  heads { last: local_head }  train { batch: 8  ${adam} } }`);
    const other = await open(alone, executor);
    const names = new Map([["head[2]", "head[1]"]]);
    const renamed = (address: string): string => address.replace(/^head\[2\]/, (head) => names.get(head) ?? head);
    const own = [...(await trainer.weights())].filter(([address]) => /^(second|head\[2\])/.test(address));
    await other.setWeights(new Map(own.map(([address, values]) => [renamed(address), values])));
    for (const batch of batches) {
      const [input] = [...(await trainer.frozen(batch)).values()];
      const expected = await other.step({ input: input as Float32Array, label: batch.label });
      const { losses } = await trainer.step(batch);
      expect(losses["module[2].classes"]).toBeCloseTo(expected.losses["module[1].classes"] as number, 5);
    }
    const found = [...(await everything(trainer))].filter(([address]) => /^(second|head\[2\])/.test(address));
    expectNear(new Map(found.map(([address, values]) => [renamed(address), values])), await everything(other));
  },
);

test.skipIf(withoutEngine)("gradients of a phase are the central differences of its loss", async () => {
  const trainer = await open(compileText(network("order: sequential  optimizer: sgd  rate: constant(0)")), "eager");
  trainer.setPhase(2);
  const batch = batches[0] as Batch;
  const gradients = await trainer.gradients(batch);
  const address = "second.conv[1].kernel";
  expect([...gradients.keys()].every((each) => /^(second|head\[2\])/.test(each))).toBe(true);
  const kernel = (await trainer.weights()).get(address) as Float32Array;
  const lossAt = async (position: number, change: number): Promise<number> => {
    await trainer.setWeights(new Map([[address, kernel.map((value, at) => value + (at === position ? change : 0))]]));
    return (await trainer.step(batch)).losses["module[2].classes"] as number;
  };
  for (const position of [0, 17, 80]) {
    const difference = ((await lossAt(position, 0.01)) - (await lossAt(position, -0.01))) / 0.02;
    expect(difference).toBeCloseTo(gradients.get(address)?.[position] as number, 3);
  }
});

test.skipIf(withoutEngine).each(executors)(
  "a step fed what finished modules hand on is the step that computes it, on the %s executor",
  async (executor) => {
    const [whole, fed] = [await open(sequential, executor), await open(sequential, executor)];
    expect(whole.frozenElements()).toBeUndefined(); // nothing lies before the first module
    for (const trainer of [whole, fed]) {
      await trainOn(trainer, batches);
      trainer.setPhase(2);
    }
    expect([...(fed.frozenElements() ?? [])]).toEqual([["frozen[1]", 6 * 6 * 4]]);
    const kept = [];
    for (const batch of batches) kept.push(await fed.frozen(batch));
    for (const [index, batch] of batches.entries()) {
      const frozen = kept[index] as Map<string, Float32Array>;
      const { losses } = await fed.step({ ...batch, frozen });
      expect(losses["module[2].classes"]).toBeCloseTo((await trainOn(whole, [batch]))[0] as number, 5);
    }
    expectNear(await everything(fed), await everything(whole));
    expect((await fed.evaluate(batches[0] as Batch)).losses["module[1].classes"]).toBeCloseTo(
      (await whole.evaluate(batches[0] as Batch)).losses["module[1].classes"] as number,
      5,
    );
  },
);

test.skipIf(withoutEngine)("saved weights know their phase and how often its weights have moved", async () => {
  const folder = temporaryDirectory();
  const [trainer, continued] = [await open(sequential, "graph"), await open(sequential, "graph")];
  await trainOn(trainer, batches);
  trainer.setPhase(2);
  await trainOn(trainer, batches.slice(0, 2));
  await trainer.save(folder);
  await continued.load(folder);
  expect([continued.phase, continued.stepCount]).toEqual([2, 8]);
  await trainOn(trainer, batches);
  await trainOn(continued, batches);
  expect(moved(await everything(trainer), await everything(continued))).toEqual([]);
});

test.skipIf(withoutEngine)("a phase that does not exist is refused", async () => {
  const trainer = await open(sequential, "eager");
  expect(() => trainer.setPhase(4)).toThrow(expect.objectContaining({ code: "LL8055" }));
  const together = await open(compileText(network("")), "eager");
  expect(() => together.setPhase(1)).toThrow(expect.objectContaining({ code: "LL8055" }));
});

test("a sequential training of one module is the training of that module", () => {
  const one = network("order: sequential").replace("split after first, second", "").replace("local: local_head", "");
  expect(compileText(one)).toEqual(compileText(one.replace("order: sequential", "")));
});

test("the peak of a sequential training is that of its largest phase", () => {
  const peaks = (sequential.phases ?? []).map(({ procedures }) => planMemory(procedures.train, 8).peakBytes);
  expect(peaks).toHaveLength(3);
  expect(stepPeakBytes(sequential)).toBe(Math.max(...peaks));
});

test("a program whose phase changes a finished module, or runs a later one, is not well formed", () => {
  const [first, second, third] = sequential.phases as [TrainingPhase, TrainingPhase, TrainingPhase];
  const changing = { ...sequential, phases: [first, { ...second, module: 3 }, third] };
  expect(verifyProgram(changing).map(({ message }) => message)).toContain(
    "phase of module 3: apply_adam changes second.conv[1].kernel of module 2, which is not trained",
  );
  const running = { ...sequential, phases: [{ ...second, module: 1 }, second, third] };
  expect(verifyProgram(running).some(({ message }) => message.endsWith("module 2 comes later and may not run"))).toBe(
    true,
  );
  expect(verifyProgram(sequential)).toEqual([]);
});
