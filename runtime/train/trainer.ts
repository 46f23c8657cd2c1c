import { chooseEngine, executorFor } from "../engine/choose-engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import { loadEngine } from "../engine/load-engine.ts";
import { loadWasm } from "../engine/load-wasm.ts";
import { loadWebgpu } from "../engine/load-webgpu.ts";
import type { EagerOptions } from "../execute/eager/eager-executor.ts";
import { createEagerExecutor } from "../execute/eager/eager-executor.ts";
import type { Executor, ExecutorKind, TensorValues } from "../execute/executor.ts";
import { createGraphExecutor } from "../execute/graph/graph-executor.ts";
import { createPortableExecutor } from "../execute/portable/portable-executor.ts";
import { weightAt } from "../program/loss-weight.ts";
import { stepPeakBytes, variableBytes } from "../program/plan.ts";
import type { Procedures, StepProgram, Variable } from "../program/step-program.ts";
import { elementsAt } from "../program/tensor-type.ts";
import type { Batch } from "./batch-check.ts";
import { batchSizeOf, checkBatch } from "./batch-check.ts";
import { feedsOf } from "./feeds.ts";
import { initialValue } from "./initial-weights.ts";
import { createPhasedExecutor, type PhasedExecutor, type PhasePart } from "./phased-executor.ts";
import { rateAt } from "./schedule.ts";
import { TrainerError } from "./trainer-error.ts";
import { loadVariables, saveVariables } from "./weight-files.ts";

export interface TrainerOptions {
  /**
   * `graph` is the fast one; `eager` runs instruction by instruction and measures memory to the byte; `portable` does so on
   * WebAssembly, wherever Node runs, and `webgpu` on a graphics card. By default `graph`, or `portable` where there is no
   * native engine; or what `LLNET_ENGINE` says.
   */
  readonly executor?: ExecutorKind;
  /** Root of the initial weights; the recipe's seed unless given. */
  readonly seed?: number;
  /** Weights and statistics to start from, by address; the others are initialised. */
  readonly weights?: ReadonlyMap<string, Float32Array>;
  /** Called after every instruction; eager and portable executors only. */
  readonly onInstruction?: EagerOptions["onInstruction"];
}

/** Trains and runs one program. Values are copied in and out; call `dispose` when done. */
export interface Trainer {
  readonly program: StepProgram;
  readonly executor: ExecutorKind;
  /** Steps trained so far; set it when continuing a run whose weights were set by hand. */
  stepCount: number;
  /** The learning rate of the steps to come, from the recipe's first epoch until it is set. */
  setRate(rate: number): void;
  /** The epoch of the steps to come, 1 until it is set: weights of losses that change over epochs follow it. */
  setEpoch(epoch: number): void;
  /** In a sequential training the phase (1-based) that is running, 1 until it is set; undefined in any other. */
  readonly phase: number | undefined;
  /** Goes on to another phase: its module alone is trained from now on, the optimizer's t counts from 1 again. */
  setPhase(phase: number): void;
  /**
   * What one sample's values take that the phase's module is handed by the finished modules before it, in elements by
   * name; undefined where there are none, or where they cannot be kept.
   */
  frozenElements(): ReadonlyMap<string, number> | undefined;
  /** These values for a batch, row-major; they may be kept and given to `step` while images and phase stay the same. */
  frozen(batch: Pick<Batch, "input"> & Partial<Pick<Batch, "label">>): Promise<Map<string, Float32Array>>;
  /** One update of all weights, or of those of the phase's module, from one batch of any size ≥ 1. */
  step(batch: Batch): Promise<StepResult>;
  /** The gradients that `step` would use, by the weights' addresses; a weight no loss reaches is absent. Nothing is updated. */
  gradients(batch: Batch): Promise<Map<string, Float32Array>>;
  /** Losses and logits `[batch, classes]` of every prediction, with inference statistics. Nothing is updated. */
  evaluate(batch: Batch): Promise<EvaluateResult>;
  /** The readout's logits, `[batch, classes]`. */
  predict(batch: Pick<Batch, "input">): Promise<Float32Array>;
  /** Weights and batch statistics by address. */
  weights(): Promise<Map<string, Float32Array>>;
  /** Sets weights and statistics; those not given stay. */
  setWeights(weights: ReadonlyMap<string, Float32Array>): Promise<void>;
  /** The optimizer's slots by address, such as `….kernel/momentum`. */
  optimizerState(): Promise<Map<string, Float32Array>>;
  setOptimizerState(state: ReadonlyMap<string, Float32Array>): Promise<void>;
  memory(): TrainerMemory;
  /** Writes weights, statistics, slots and step count to a folder; a crash on the way leaves what was there before. */
  save(folder: string): Promise<void>;
  /** Reads them back; afterwards training goes on as if it had not stopped. */
  load(folder: string): Promise<void>;
  /** Gives the engine's memory back. */
  dispose(): void;
}

export interface StepResult {
  /** Unweighted, by name. */
  readonly losses: Readonly<Record<string, number>>;
  /** Weighted sum of each module's losses, by module number. */
  readonly totals: Readonly<Record<number, number>>;
  readonly rate: number;
}

export interface EvaluateResult {
  readonly losses: Readonly<Record<string, number>>;
  readonly logits: Readonly<Record<string, Float32Array>>;
}

/** Bytes. */
export interface TrainerMemory {
  /** The plan's peak of a training step at the recipe's batch size, variables not counted. */
  readonly planned: number;
  /** What the last training step held at its peak; absent where the executor cannot tell. */
  readonly tracked?: number;
  readonly variables: Readonly<Record<Variable["role"], number>>;
}

/**
 * Prepares a program for training on the executor's engine: the native one, or WebAssembly for `portable`. Throws an
 * `EngineError` (LL90xx) when there is none, or when it cannot do an operation of the program (LL9014).
 *
 *     const trainer = await createTrainer(program, { executor: "graph", seed: 1 });
 *     const { losses } = await trainer.step({ input, label });
 */
export async function createTrainer(program: StepProgram, options: TrainerOptions = {}): Promise<Trainer> {
  const open = await executorOpener(options);
  const executor = createPhasedExecutor(program, open);
  try {
    const seed = options.seed ?? program.recipe.seed;
    const variables = new Map(program.variables.map((variable) => [variable.address, variable]));
    const initial = (variable: Variable) => initialValue(variable, seed, (address) => variables.get(address));
    executor.current.writeVariables(
      new Map(program.variables.map((variable) => [variable.address, initial(variable)])),
    );
    const trainer = createTrainerOn(program, executor, seed);
    if (options.weights !== undefined) await trainer.setWeights(options.weights);
    return trainer;
  } catch (error) {
    executor.dispose();
    throw error;
  }
}

/** Loads the engine; then executors can be opened at once. */
async function executorOpener(options: TrainerOptions): Promise<(program: StepProgram) => Executor> {
  const { onInstruction, executor: kind = executorFor(chooseEngine()) } = options;
  const observed = onInstruction === undefined ? {} : { onInstruction };
  if (kind === "portable" || kind === "webgpu") {
    const engine = kind === "webgpu" ? await loadWebgpu() : await loadWasm();
    return (program) => {
      const created = createPortableExecutor(program, engine, observed);
      if ("executor" in created) return created.executor;
      const { operation, place, reason } = created.refusal;
      throw new EngineError(
        "LL9014",
        `the engine (${engine.title}) ${reason}, which \`${operation}\` in ${place} needs`,
        "use another engine; `llnet doctor` lists them",
      );
    };
  }
  const { binding } = loadEngine();
  return (program) =>
    kind === "eager" ? createEagerExecutor(program, binding, observed) : createGraphExecutor(program, binding);
}

function createTrainerOn(program: StepProgram, phased: PhasedExecutor, seed: number): Trainer {
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
      tracked = phased.current.trackedPeakBytes();
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

function lossesOf(program: StepProgram, outputs: ReadonlyMap<string, TensorValues>): Record<string, number> {
  const present = program.losses.filter(({ name }) => outputs.has(name));
  return Object.fromEntries(present.map(({ name }) => [name, outputs.get(name)?.[0] as number]));
}

function totalsOf(
  program: StepProgram,
  losses: Readonly<Record<string, number>>,
  lossWeight: (name: string) => number,
): Record<number, number> {
  const totals: Record<number, number> = {};
  for (const { name, module } of program.losses) {
    const loss = losses[name];
    if (loss !== undefined) totals[module] = (totals[module] ?? 0) + lossWeight(name) * loss;
  }
  return totals;
}

function checkPhase({ phases }: StepProgram, phase: number): void {
  if (phases?.[phase - 1] !== undefined) return;
  const found = phases === undefined ? "trains all modules together" : `has ${phases.length} phases`;
  throw new TrainerError(
    "LL8055",
    `there is no phase ${phase}: the program ${found}`,
    phases === undefined ? "write `order: sequential` in the recipe" : `phases count from 1 to ${phases.length}`,
  );
}

function checkValues(
  program: StepProgram,
  values: ReadonlyMap<string, Float32Array>,
  roles: readonly Variable["role"][],
): void {
  const known = new Map(program.variables.map((variable) => [variable.address, variable]));
  for (const [address, array] of values) {
    const variable = known.get(address);
    if (variable === undefined || !roles.includes(variable.role)) {
      throw new TrainerError(
        "LL8053",
        `the model has no ${roles[0]} \`${address}\``,
        "addresses are those of the same call that reads them",
      );
    }
    const count = elementsAt(variable.type.shape, 1);
    if (!(array instanceof Float32Array) || array.length !== count) {
      const found = array instanceof Float32Array ? `${array.length}` : "something else";
      throw new TrainerError(
        "LL8054",
        `\`${address}\` needs a Float32Array of ${count} numbers, found ${found}`,
        "give values of the variable's own shape, row-major",
      );
    }
  }
}
