/** Every combination: three steps are finite, alike on the executors and as large as planned; isolation and sums as measured. */
import { expect, test } from "vitest";
import { compile, probeLosses, type StepProgram } from "../../../compiler/index.ts";
import { createTrainer } from "../../../runtime/index.ts";
import { compileText } from "../../support/train-text.ts";
import { withoutEngine } from "../../train/support/training.ts";
import { combinations, imports } from "./combinations.ts";

const names = Object.keys(combinations);
const textOf = (name: string): string => `${imports}\n model net { ${combinations[name]} }`;

const batch = {
  input: Float32Array.from({ length: 4 * 16 * 16 * 3 }, (_, index) => Math.sin(1 + 1.7 * index)),
  label: Int32Array.from([0, 0, 1, 2]),
};

test.skipIf(withoutEngine).for(names)("%s trains, and takes the planned memory", async (name) => {
  const program = compileText(textOf(name));
  const trainer = await createTrainer(program, { executor: "eager" });
  const others = [
    await createTrainer(program, { executor: "graph" }),
    await createTrainer(program, { executor: "portable" }),
  ];
  try {
    const before = await trainer.weights();
    for (let count = 0; count < 3; count++) {
      const { losses } = await trainer.step(batch);
      expect(Object.values(losses).every(Number.isFinite), JSON.stringify(losses)).toBe(true);
      // Batch normalisation over four samples makes rounding large by the third step.
      for (const other of count < 2 ? others : []) {
        const same = (await other.step(batch)).losses;
        for (const [loss, value] of Object.entries(losses)) {
          expect(Math.abs((same[loss] ?? Number.NaN) - value) / Math.max(1, value), loss).toBeLessThan(1e-3);
        }
      }
    }
    const moved = [...(await trainer.weights())].filter(([address, values]) =>
      values.some((value, index) => value !== before.get(address)?.[index]),
    );
    expect(moved.length).toBeGreaterThan(before.size / 2);
    const { planned, tracked } = trainer.memory();
    expect(tracked).toBe(planned);
  } finally {
    trainer.dispose();
    for (const other of others) other.dispose();
  }
});

test.skipIf(withoutEngine).for(names)(
  "%s: gradients are where the isolation matrix says, and a step's are the sum of all losses', computed again or kept",
  async (name) => {
    const { scoped, program } = compile({ file: "net.llnet", text: textOf(name) });
    if (scoped === undefined || program === undefined) throw new Error("does not compile");
    const { losses, owners, reaches } = scoped.isolation;
    expect(new Set(losses).size).toBe(losses.length);
    const sums = new Map<string, Float32Array>();
    for (const { loss, program: alone } of probeLosses(scoped)) {
      const gradients = await gradientsOf(alone);
      const trained = scoped.owners.filter(({ weights }) =>
        weights.some(({ address }) => gradients.get(address)?.some((value) => value !== 0)),
      );
      const expected = owners.filter((_, column) => reaches[losses.indexOf(loss)]?.[column]);
      expect(
        trained.map((owner) => owner.name),
        loss,
      ).toEqual(expected);
      const weight = Number(scoped.losses.find((each) => each.name === loss)?.weight);
      for (const [address, values] of gradients) {
        const before = sums.get(address);
        sums.set(
          address,
          values.map((value, index) => weight * value + (before?.[index] ?? 0)),
        );
      }
    }
    expectNear(await gradientsOf(program), sums);
    const again = compile({ file: "net.llnet", text: textOf(name), set: { "train.memory": "recompute" } }).program;
    if (again === undefined) throw new Error("does not compile with `memory: recompute`");
    expectNear(await gradientsOf(again), sums);
  },
);

async function gradientsOf(program: StepProgram): Promise<ReadonlyMap<string, Float32Array>> {
  const trainer = await createTrainer(program, { executor: "eager" });
  try {
    await trainer.setWeights(awayFromZero(await trainer.weights()));
    return await trainer.gradients(batch);
  } finally {
    trainer.dispose();
  }
}

/** Within 1e-4 of the largest gradient of the model. */
function expectNear(found: ReadonlyMap<string, Float32Array>, wanted: ReadonlyMap<string, Float32Array>): void {
  expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
  const largest = Math.max(
    ...[...wanted.values()].map((values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)),
  );
  for (const [address, values] of wanted) {
    const error = values.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - (found.get(address)?.[index] ?? Number.NaN))),
      0,
    );
    expect(error / largest, address).toBeLessThan(1e-4);
  }
}

/** What starts from zeros, as PredSim's classifiers do, passes no gradient back yet. */
function awayFromZero(weights: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  const moved = (values: Float32Array): Float32Array => values.map((_, index) => 0.1 * Math.sin(1 + index));
  return new Map(
    [...weights].map(([name, values]) => [name, values.some((one) => one !== 0) ? values : moved(values)]),
  );
}
