import { findOperation } from "../operations/registry.ts";

/** Names that mean something without a declaration, besides the operations. Elaboration gives each its meaning. */
export const builtInFunctions = [
  "floor",
  "ceil",
  "round",
  "log2",
  "min",
  "max",
  "sum",
  "length",
  "abs",
  "sqrt",
  "exp",
  "log",
  "fold",
  "lerp",
  "table",
  "clone",
  "clones",
  "ema",
  "frozen",
  "tied",
  "normal",
  "truncated_normal",
  "uniform",
  "constant",
  "sgd",
  "adam",
  "adamw",
  "cosine",
  "steps",
  "schedule",
  "pad_crop",
  "resized_crop",
  "flip",
  "mean_std",
  "at_most",
] as const;

export type BuiltInFunction = (typeof builtInFunctions)[number];

/** Whether a name means something in every file: a function or an operation. */
export function isBuiltIn(name: string): boolean {
  return (builtInFunctions as readonly string[]).includes(name) || findOperation(name) !== undefined;
}

/** What a head may name besides its parameters and the file's names; a context likewise. */
export const headWords = ["input", "pixels", "label", "classes", "backbone"] as const;

export const typeNames = [
  "int",
  "float",
  "bool",
  "string",
  "list",
  "shape",
  "tensor",
  "function",
  "unit",
  "module",
] as const;

/** Recipe fields whose values are words of the language, `order: simultaneous`, not names. */
export const wordFields: readonly string[] = ["order", "update", "statistics", "cache", "memory"];

/** Fields of a recipe in the order help names them, with the pieces and words that may stand there; none where a plain value does. */
export const recipeChoices = {
  optimizer: ["sgd", "adam", "adamw"],
  rate: ["constant", "cosine", "steps"],
  batch: [],
  epochs: [],
  augment: ["pad_crop", "flip", "resized_crop"],
  normalize: ["mean_std"],
  label_smoothing: [],
  validation: [],
  seed: [],
  data: [],
  order: ["simultaneous", "sequential", "parallel"],
  update: ["at_end", "immediate"],
  statistics: ["per_step", "per_execution"],
  cache: ["at_most", "none"],
  memory: ["at_most", "recompute"],
} as const;
