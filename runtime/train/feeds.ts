import type { TensorValues } from "../execute/executor.ts";
import type { InputRole, Procedure } from "../program/step-program.ts";

/** What the inputs of a procedure may be computed from. */
export interface FeedSources {
  readonly input: Float32Array;
  readonly label?: Int32Array;
  /** Root of the random numbers that operations draw. */
  readonly seed: number;
  readonly rate: number;
  /** t = 1, 2, … */
  readonly step: number;
  /** The weight of a loss in this epoch, by the loss's name. */
  readonly lossWeight: (loss: string) => number;
}

/** A value for every input of a procedure, by name. */
export function feedsOf(procedure: Procedure, sources: FeedSources): Map<string, TensorValues> {
  return new Map(procedure.inputs.map(({ name, role }) => [name, feedOf(role, sources)]));
}

function feedOf(role: InputRole, { input, label, seed, rate, step, lossWeight }: FeedSources): TensorValues {
  switch (role.kind) {
    case "input":
      return input;
    case "label":
      if (label === undefined) throw new Error("this procedure needs labels");
      return label;
    case "seed":
      return Int32Array.of(seed, step);
    case "rate":
      return Float32Array.of(rate);
    case "loss_weight":
      return Float32Array.of(lossWeight(role.loss));
    case "power":
      return Float32Array.of(role.base ** step);
    case "adam_epsilon":
      return Float32Array.of(role.epsilon * Math.sqrt(1 - role.beta2 ** step));
  }
}
