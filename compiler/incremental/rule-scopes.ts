/**
 * How much of a file each rule looks at, so that it is asked again only when that changes. Rules with `create` are left out:
 * they see one declaration at a time. A rule that is missing here is asked about the whole file each time.
 */
export type RuleScope = "declaration" | "model" | "names" | "file";

export const ruleScopes: Readonly<Record<string, RuleScope>> = {
  "auxiliary-readout": "model",
  "coupled-adam-decay": "model",
  "decayed-normalization": "model",
  "detached-long-range-edge": "model",
  "flat-lerp": "model",
  "idle-last-epoch": "model",
  "label-changing-augmentation": "model",
  "lone-stem": "model",
  "milestone-beyond-training": "model",
  "missing-seed": "model",
  "nesterov-without-momentum": "model",
  "oversized-head": "model",
  "probabilities-as-logits": "model",
  "rectified-logits": "model",
  "saving-lost-to-heads": "model",
  /** One declaration, and which names the file has. */
  "shadowed-name": "names",
  "small-contrast-batch": "model",
  "steep-adam-rate": "model",
  "stem-counted-as-unit": "model",
  "tiny-module": "model",
  "trained-target": "model",
  "unbalanced-memory": "model",
  "unequal-parameters": "file",
  "uneven-split": "model",
  "unnormalized-contrast": "model",
  "unused-declaration": "file",
  "unused-head-entry": "model",
  "unused-import": "file",
  "unused-let": "declaration",
  "warmup-beyond-training": "model",
  "weightless-module": "model",
  "wrong-class-count": "model",
  "wrong-input-shape": "model",
  "zero-weight-loss": "model",
};
