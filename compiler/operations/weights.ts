/** Short forms for the weights an operation declares. */
import type { Initializer } from "../../runtime/program/step-program.ts";
import type { WeightSpecification } from "./operation.ts";

/** Where transformers start from: normal numbers of deviation 0.02, none beyond two deviations. */
export const transformerInitializer: Initializer = { kind: "truncated_normal", mean: 0, standardDeviation: 0.02 };

export const zeros: Initializer = { kind: "constant", value: 0 };

export const ones: Initializer = { kind: "constant", value: 1 };

export function uniform(bound: number): Initializer {
  return { kind: "uniform", low: -bound, high: bound };
}

export function weight(name: string, shape: readonly number[], initializer: Initializer): WeightSpecification {
  return { name, shape, initializer, group: "weight" };
}

/** An additive term: `no_decay = ["bias"]` speaks of it. */
export function bias(name: string, shape: readonly number[], initializer: Initializer): WeightSpecification {
  return { name, shape, initializer, group: "bias" };
}

/** Scale and offset of a normalisation, one each per channel. */
export function affine(channels: number): readonly WeightSpecification[] {
  return [
    { name: "scale", shape: [channels], initializer: ones, group: "norm" },
    { name: "offset", shape: [channels], initializer: zeros, group: "norm" },
  ];
}
