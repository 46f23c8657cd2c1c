import { expect, test } from "vitest";
import { listCandidates } from "../../../compiler/recompute/candidates.ts";
import type { RecomputeChoice } from "../../../compiler/recompute/choice.ts";
import { chooseRecomputation } from "../../../compiler/recompute/choose-recomputation.ts";
import { lifetimesOf, recompute } from "../../../compiler/recompute/recompute.ts";
import { findPrimitive } from "../../../runtime/primitives/registry.ts";
import { planMemory } from "../../../runtime/program/plan.ts";
import type { Procedure, StepProgram } from "../../../runtime/program/step-program.ts";
import { verifyProgram } from "../../../runtime/program/verify.ts";
import { createTrainer } from "../../../runtime/train/trainer.ts";
import { makeBatch } from "../../runtime/support/batches.ts";
import { fc } from "../../support/fast-check.ts";
import { compileText, executors } from "../../support/train-text.ts";
import { randomNetwork } from "./random-networks.ts";

/** The program with some of what can be computed again, picked by `isWanted`, computed again in both of its passes. */
function rewritten(program: StepProgram, isWanted: (index: number) => boolean): StepProgram {
  const rewrite = (procedure: Procedure): Procedure => {
    const candidates = listCandidates(procedure, lifetimesOf(procedure), program.recipe.batch, 0);
    const chosen = candidates.filter((_, index) => isWanted(index));
    const choice: RecomputeChoice = {
      values: chosen.filter(({ kind }) => kind !== "section").map(({ number }) => number),
      sections: chosen.filter(({ kind }) => kind === "section").map(({ number }) => number),
    };
    return recompute(procedure, choice);
  };
  const { train, gradients } = program.procedures;
  return { ...program, procedures: { ...program.procedures, train: rewrite(train), gradients: rewrite(gradients) } };
}

function effects({ instructions }: Procedure): string[] {
  return instructions
    .filter(({ primitive }) => findPrimitive(primitive)?.hasEffect === true)
    .map(({ primitive, variables }) => `${primitive} ${variables.join()}`);
}

/** Largest difference, relative to the largest number of the expected tensor. */
function difference(found: Float32Array | undefined, expected: Float32Array): number {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  return (
    expected.reduce((most, value, index) => Math.max(most, Math.abs(value - (found?.[index] ?? Number.NaN))), 0) / scale
  );
}

test("whatever is computed again, the program stays well formed, changes the same variables and frees all it makes", () => {
  fc.assert(
    fc.property(randomNetwork, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (text, wanted) => {
      const program = compileText(text);
      const changed = rewritten(program, (index) => wanted[index % wanted.length] === true);
      expect(verifyProgram(changed)).toEqual([]);
      expect(effects(changed.procedures.train)).toEqual(effects(program.procedures.train));
      const { outputBytes } = planMemory(changed.procedures.train, 4);
      expect(outputBytes).toBe(planMemory(program.procedures.train, 4).outputBytes);
    }),
    { numRuns: 60 },
  );
});

test("whatever is computed again, gradients agree to 1e-5 of their largest entry and the plan is what is tracked", async () => {
  await fc.assert(
    fc.asyncProperty(randomNetwork, fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), async (text, wanted) => {
      const program = compileText(text);
      const trainers = [
        await createTrainer(program, { executor: "eager" }),
        await createTrainer(
          rewritten(program, (index) => wanted[index % wanted.length] === true),
          { executor: "eager" },
        ),
      ] as const;
      try {
        const batch = makeBatch(program, 4);
        const expected = await trainers[0].gradients(batch);
        const found = await trainers[1].gradients(batch);
        for (const [address, gradient] of expected) {
          expect(difference(found.get(address), gradient), address).toBeLessThan(1e-5);
        }
        expect((await trainers[1].step(batch)).losses).toEqual((await trainers[0].step(batch)).losses);
        const { planned, tracked } = trainers[1].memory();
        expect(tracked).toBe(planned);
      } finally {
        for (const trainer of trainers) trainer.dispose();
      }
    }),
    { numRuns: 12 },
  );
});

test("the chosen recomputation never raises the peak, and a limit is met wherever the choice says so", () => {
  fc.assert(
    fc.property(randomNetwork, fc.double({ min: 0.4, max: 1, noNaN: true }), (text, share) => {
      const { train } = compileText(text).procedures;
      const before = planMemory(train, 4).peakBytes;
      const peak = (limit: number | undefined, kinds: ("chain" | "join" | "section")[]): number =>
        planMemory(recompute(train, chooseRecomputation(train, { batch: 4, kinds, ...(limit && { limit }) })), 4)
          .peakBytes;
      const all = ["chain", "join", "section"] as ("chain" | "join" | "section")[];
      const least = peak(undefined, all);
      expect(peak(undefined, ["chain"])).toBeLessThanOrEqual(before);
      expect(least).toBeLessThanOrEqual(before);
      const limit = Math.max(least, before * share);
      expect(peak(limit, all)).toBeLessThanOrEqual(limit);
    }),
    { numRuns: 60 },
  );
});

const network = `
  import { classifier } from "std/heads"
  import { basic, conv_norm_relu } from "std/blocks"
  backbone small() {
    unit stem: conv_norm_relu(8)
    unit block[1]: basic(8)
    unit block[2]: basic(8)
    unit block[3]: basic(16, stride = 2)
  }
  model net {
    input [8, 8, 3]  classes 4  backbone small()
    split into 2 by units
    heads { local: classifier  last: classifier }
    train { optimizer: sgd(momentum = 0.9, weight_decay = 1e-4)  rate: 0.05  batch: 8 MEMORY }
  }`;

// Batch normalisation rounds otherwise when it is given the statistics, and training carries the difference on.
test.each(
  executors.flatMap((executor) => ["recompute", "at most 120 KB"].map((memory) => [executor, memory] as const)),
)(
  "on the %s executor, ten steps with `memory: %s` give the losses, weights and statistics of those without",
  async (executor, memory) => {
    const program = compileText(network.replace("MEMORY", ""));
    const saving = compileText(network.replace("MEMORY", `memory: ${memory}`));
    expect(saving.procedures.train.instructions.length).toBeGreaterThan(program.procedures.train.instructions.length);
    const trainers = [await createTrainer(program, { executor }), await createTrainer(saving, { executor })] as const;
    try {
      for (let step = 0; step < 10; step++) {
        const batch = makeBatch(program, 8, step);
        const expected = await trainers[0].step(batch);
        const found = await trainers[1].step(batch);
        for (const [name, loss] of Object.entries(expected.losses)) expect(found.losses[name]).toBeCloseTo(loss, 4);
      }
      const found = await trainers[1].weights();
      for (const [address, values] of await trainers[0].weights()) {
        expect(difference(found.get(address), values), address).toBeLessThan(1e-4);
      }
    } finally {
      for (const trainer of trainers) trainer.dispose();
    }
  },
);

test("running statistics move once: after one step they are bit for bit those without recomputation", async () => {
  const statistics = await Promise.all(
    ["", "memory: at most 1 GB", "memory: recompute", "memory: at most 120 KB"].map(async (memory) => {
      const program = compileText(network.replace("MEMORY", memory));
      const trainer = await createTrainer(program, { executor: "eager" });
      await trainer.step(makeBatch(program, 8));
      const weights = await trainer.weights();
      trainer.dispose();
      return program.variables.filter(({ role }) => role === "statistic").map(({ address }) => weights.get(address));
    }),
  );
  for (const found of statistics) expect(found).toEqual(statistics[0]);
});
