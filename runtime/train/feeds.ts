import type { TensorValues } from "../execute/executor.ts";
import type { InputRole, Procedure } from "../program/step-program.ts";

/** What the inputs of a procedure may be computed from. */
export interface FeedSources {
  readonly input: Float32Array;
  readonly label?: Int32Array;
  /** Values kept of modules that are finished, by name. */
  readonly frozen?: ReadonlyMap<string, Float32Array>;
  /** Root of the random numbers that operations draw. */
  readonly seed: number;
  readonly rate: number;
  /** 1, 2, … over the whole training. */
  readonly step: number;
  /** t = 1, 2, … of the optimizer: how often the weights being trained have moved, this time included. */
  readonly updates: number;
  /** The weight of a loss in this epoch, by the loss's name. */
  readonly lossWeight: (loss: string) => number;
}

/** A value for every input of a procedure, by name. */
export function feedsOf(procedure: Procedure, sources: FeedSources): Map<string, TensorValues> {
  return new Map(procedure.inputs.map(({ name, role }) => [name, feedOf(role, sources)]));
}

function feedOf(role: InputRole, sources: FeedSources): TensorValues {
  const { input, label, seed, rate, step, updates, lossWeight } = sources;
  switch (role.kind) {
    case "input":
      return input;
    case "label":
      if (label === undefined) throw new Error("this procedure needs labels");
      return label;
    case "frozen": {
      const kept = sources.frozen?.get(role.name);
      if (kept === undefined) throw new Error(`nothing was kept of ${role.name}`);
      return kept;
    }
    case "seed":
      return Int32Array.of(seed, step);
    case "rate":
      return Float32Array.of(rate);
    case "loss_weight":
      return Float32Array.of(lossWeight(role.loss));
    case "power":
      return Float32Array.of(role.base ** updates);
    case "adam_epsilon":
      return Float32Array.of(role.epsilon * Math.sqrt(1 - role.beta2 ** updates));
  }
}
