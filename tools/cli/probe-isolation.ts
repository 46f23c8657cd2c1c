import type { ScopedModel } from "../../compiler/index.ts";
import type { Session } from "./session.ts";

/** Samples of the probe: pairs of one label, so that contrastive losses have something to compare. */
const batch = 8;

/**
 * Measures the isolation matrix: every loss is compiled alone and its gradients are read after one batch of random input.
 * `measured[loss][owner]` is true where some weight of the owner has a gradient that is not zero throughout.
 */
export async function probeIsolation(session: Session, scoped: ScopedModel): Promise<boolean[][]> {
  const { probeLosses } = await session.services.compiler();
  const { createTrainer } = await session.services.runtime();
  const { chooseEngine, executorFor } = await session.services.engine();
  const best = executorFor(chooseEngine());
  const executor = best === "graph" ? "eager" : best;
  const { inputShape, classes, recipe } = scoped.model;
  const input = randomInput(batch * inputShape.reduce((product, axis) => product * axis, 1));
  const label = Int32Array.from({ length: batch }, (_, sample) => Math.floor(sample / 2) % classes);
  const probes = probeLosses(scoped);
  const measured: boolean[][] = [];
  for (const name of scoped.isolation.losses) {
    const probe = probes.find(({ loss }) => loss === name);
    if (probe === undefined) throw new Error(`the compiler made no probe for the loss ${name}`);
    const trainer = await createTrainer(probe.program, { executor, seed: recipe.seed });
    try {
      await trainer.setWeights(awayFromZero(await trainer.weights()));
      const gradients = await trainer.gradients({ input, label });
      measured.push(
        scoped.owners.map(({ weights }) =>
          weights.some(({ address }) => gradients.get(address)?.some((value) => value !== 0) === true),
        ),
      );
    } finally {
      trainer.dispose();
    }
  }
  return measured;
}

/** A layer that starts from zeros, as PredSim's classifiers do, passes no gradient back: every such weight is moved a little. */
function awayFromZero(weights: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  const moved = (values: Float32Array): Float32Array => values.map((_, index) => 0.01 * Math.sin(1 + index));
  return new Map(
    [...weights].map(([name, values]) => [name, values.some((one) => one !== 0) ? values : moved(values)]),
  );
}

/** Numbers in [0, 1) that look random and are the same every time (mulberry32). */
function randomInput(length: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  });
}
