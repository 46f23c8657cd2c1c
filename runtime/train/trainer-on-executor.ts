import { weightAt } from "../program/loss-weight.ts";
import { stepPeakBytes, variableBytes } from "../program/plan.ts";
import type { Procedures, StepProgram, Variable } from "../program/step-program.ts";
import type { Batch } from "./batch-check.ts";
import { batchSizeOf, checkBatch } from "./batch-check.ts";
import { feedsOf } from "./feeds.ts";
import { checkPhase } from "./phase-check.ts";
import type { PhasedExecutor, PhasePart } from "./phased-executor.ts";
import { rateAt } from "./schedule.ts";
import { lossesOf, totalsOf } from "./step-losses.ts";
import type { Trainer } from "./trainer.ts";
import { checkValues } from "./value-check.ts";
import { loadVariables, saveVariables } from "./weight-files.ts";

/** A trainer of what an executor has: counts steps, knows rate, epoch and phase, and feeds the executor with them. */
export function createTrainerOn(program: StepProgram, phased: PhasedExecutor, seed: number): Trainer {
  const weightRoles = ["weight", "statistic", "average"] as const;
  let rate = rateAt(program.recipe.rate, { epoch: 1, epochs: program.recipe.epochs });
  let epoch = 1;
  let firstStep = 0; // steps trained when the phase began
  let tracked: number | undefined;
  let disposed = false;

  function lossWeight(name: string): number {
    const weight = program.losses.find((loss) => loss.name === name)?.weight;
    if (weight === undefined) throw new Error(`the program has no loss ${name}`);
    return weightAt(weight, { epoch, epochs: program.recipe.epochs });
  }

  function run(name: keyof Procedures, batch: number, fed: Partial<Batch> & Pick<Batch, "input">, part?: PhasePart) {
    if (disposed) throw new Error("this trainer has been disposed of");
    const executor = part === undefined ? phased.current : phased.use(part);
    const step = trainer.stepCount + 1;
    const sources = { ...fed, seed, rate, step, updates: step - firstStep, lossWeight };
    return executor.run(name, { batch, values: feedsOf(phased.program.procedures[name], sources) });
  }

  async function read(roles: readonly Variable["role"][]): Promise<Map<string, Float32Array>> {
    const values = await phased.current.readVariables();
    const wanted = program.variables.filter(({ role }) => roles.includes(role));
    return new Map(wanted.map(({ address }) => [address, values.get(address) as Float32Array]));
  }

  function write(values: ReadonlyMap<string, Float32Array>, roles: readonly Variable["role"][]): void {
    checkValues(program, values, roles);
    phased.current.writeVariables(values);
  }

  const trainer: Trainer = {
    program,
    executor: phased.current.kind,
    stepCount: 0,
    setRate(value) {
      rate = value;
    },
    setEpoch(value) {
      epoch = value;
    },
    get phase() {
      return phased.phase;
    },
    setPhase(phase) {
      checkPhase(program, phase);
      if (phase === phased.phase) return;
      phased.setPhase(phase);
      firstStep = trainer.stepCount;
    },
    frozenElements: () => phased.split()?.elements,
    async frozen({ input, label }) {
      const batch = batchSizeOf(program, input);
      const parts = phased.split();
      if (parts === undefined) return new Map();
      return new Map([...(await run("predict", batch, { input, ...(label && { label }) }, "frozen"))] as [
        string,
        Float32Array,
      ][]);
    },
    async step({ input, label, frozen }) {
      const batch = checkBatch(program, { input, label });
      const part = frozen === undefined || phased.split() === undefined ? "whole" : "rest";
      const pending = run("train", batch, { input, label, ...(frozen && { frozen }) }, part);
      // The step is done; only its losses may still be on their way.
      trainer.stepCount += 1;
      // The last batch of an epoch may be smaller than the others.
      const held = phased.current.trackedPeakBytes();
      if (held !== undefined) tracked = Math.max(tracked ?? 0, held);
      const losses = lossesOf(program, await pending);
      return { losses, totals: totalsOf(program, losses, lossWeight), rate };
    },
    async gradients({ input, label }) {
      const outputs = await run("gradients", checkBatch(program, { input, label }), { input, label });
      const addresses = program.variables.filter(({ address }) => outputs.has(address));
      return new Map(addresses.map(({ address }) => [address, outputs.get(address) as Float32Array]));
    },
    async evaluate({ input, label }) {
      const outputs = await run("evaluate", checkBatch(program, { input, label }), { input, label });
      const present = program.predictions.filter(({ name }) => outputs.has(name));
      const logits = present.map(({ name }) => [name, outputs.get(name) as Float32Array]);
      return { losses: lossesOf(program, outputs), logits: Object.fromEntries(logits) };
    },
    async predict({ input }) {
      const part = phased.phase === undefined ? undefined : "whole";
      const outputs = await run("predict", batchSizeOf(program, input), { input }, part);
      return outputs.get("logits") as Float32Array;
    },
    weights: async () => read(weightRoles),
    setWeights: async (weights) => write(weights, weightRoles),
    optimizerState: async () => read(["slot"]),
    setOptimizerState: async (state) => write(state, ["slot"]),
    memory() {
      return {
        planned: stepPeakBytes(program),
        variables: variableBytes(program),
        ...(tracked !== undefined && { tracked }),
      };
    },
    async save(folder) {
      const phase = phased.phase === undefined ? undefined : { number: phased.phase, firstStep };
      const values = await phased.current.readVariables();
      saveVariables(folder, program, { step: trainer.stepCount, values, ...(phase && { phase }) });
    },
    async load(folder) {
      const { step, values, phase } = loadVariables(folder, program);
      if (phase !== undefined && program.phases !== undefined) {
        trainer.setPhase(phase.number);
        firstStep = phase.firstStep;
      }
      phased.current.writeVariables(values);
      trainer.stepCount = step;
    },
    dispose() {
      if (!disposed) phased.dispose();
      disposed = true;
    },
  };
  return trainer;
}
