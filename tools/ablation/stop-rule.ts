import type { EpochRecord } from "../../runtime/train/loop/index.ts";

/** `accuracy < 20% after 5`: ends a trial early, when an epoch from the fifth on has a test accuracy below a fifth. */
export interface StopRule {
  readonly text: string;
  readonly quantity: "accuracy" | "loss";
  readonly comparison: "<" | ">";
  readonly bound: number;
  /** The first epoch that is judged, 1-based. */
  readonly after: number;
}

/** Reads a rule; a sentence saying how to write one where it is none. */
export function parseStopRule(text: string): StopRule | string {
  const match = /^\s*(accuracy|loss)\s*(<|>)\s*(\d+(?:\.\d+)?)\s*(%?)\s*(?:after\s+(\d+)(?:\s+epochs?)?)?\s*$/.exec(
    text,
  );
  if (match === null) return "write it as in `accuracy < 20% after 5` or `loss > 3`";
  const [, quantity, comparison, number, sign, after] = match;
  if (quantity === "loss" && sign === "%") return "a loss has no percent sign: `loss > 3 after 5`";
  const bound = Number(number) / (sign === "%" ? 100 : 1);
  if (quantity === "accuracy" && bound > 1) return "an accuracy is between 0 and 1, or has a percent sign";
  return {
    text: text.trim().replaceAll(/\s+/g, " "),
    quantity: quantity as StopRule["quantity"],
    comparison: comparison as StopRule["comparison"],
    bound,
    after: Number(after ?? 1),
  };
}

/** Whether a finished epoch ends the trial. The loss is the weighted sum of all losses in training. */
export function stops(rule: StopRule, { epoch, test, train }: EpochRecord): boolean {
  if (epoch < rule.after) return false;
  const value = rule.quantity === "accuracy" ? test.accuracy : train.total;
  return rule.comparison === "<" ? value < rule.bound : value > rule.bound;
}
