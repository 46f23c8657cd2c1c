/** Three steps of every combination are finite and take the planned memory; executors agree; isolation is as measured. */
import { expect, test } from "vitest";
import { compile, probeLosses } from "../../../compiler/index.ts";
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
  const graph = await createTrainer(program, { executor: "graph" });
  try {
    const before = await trainer.weights();
    for (let count = 0; count < 3; count++) {
      const { losses } = await trainer.step(batch);
      expect(Object.values(losses).every(Number.isFinite), JSON.stringify(losses)).toBe(true);
      const compiled = (await graph.step(batch)).losses;
      for (const [loss, value] of Object.entries(losses)) {
        expect(Math.abs((compiled[loss] ?? Number.NaN) - value) / Math.max(1, value), loss).toBeLessThan(1e-3);
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
    graph.dispose();
  }
});

test.skipIf(withoutEngine).for(names)("%s: gradients are where the isolation matrix says", async (name) => {
  const { scoped } = compile({ file: "net.llnet", text: textOf(name) });
  if (scoped === undefined) throw new Error("does not compile");
  const { losses, owners, reaches } = scoped.isolation;
  expect(new Set(losses).size).toBe(losses.length);
  for (const { loss, program } of probeLosses(scoped)) {
    const trainer = await createTrainer(program, { executor: "eager" });
    try {
      await trainer.setWeights(awayFromZero(await trainer.weights()));
      const gradients = await trainer.gradients(batch);
      const trained = scoped.owners.filter(({ weights }) =>
        weights.some(({ address }) => gradients.get(address)?.some((value) => value !== 0)),
      );
      const expected = owners.filter((_, column) => reaches[losses.indexOf(loss)]?.[column]);
      expect(
        trained.map((owner) => owner.name),
        loss,
      ).toEqual(expected);
    } finally {
      trainer.dispose();
    }
  }
});

/** What starts from zeros, as PredSim's classifiers do, passes no gradient back yet. */
function awayFromZero(weights: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  const moved = (values: Float32Array): Float32Array => values.map((_, index) => 0.1 * Math.sin(1 + index));
  return new Map(
    [...weights].map(([name, values]) => [name, values.some((one) => one !== 0) ? values : moved(values)]),
  );
}
