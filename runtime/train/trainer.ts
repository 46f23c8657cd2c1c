import type { EagerOptions } from "../execute/eager/eager-executor.ts";
import type { ExecutorKind } from "../execute/executor.ts";
import type { StepProgram, Variable } from "../program/step-program.ts";
import type { Batch } from "./batch-check.ts";
import { initialValue } from "./initial-weights.ts";
import { executorOpener } from "./open-executor.ts";
import { createPhasedExecutor } from "./phased-executor.ts";
import { createTrainerOn } from "./trainer-on-executor.ts";

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
  /** The most that a training step has held at its peak so far; absent where the executor cannot tell. */
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
  const open = await executorOpener(program, options);
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
