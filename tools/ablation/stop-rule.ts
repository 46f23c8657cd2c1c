import type { EpochRecord } from "../../runtime/train/loop/index.ts";

/**
 * `validation < 20% after 5`: ends a trial early, when an epoch from the fifth on has a validation accuracy below a fifth;
 * `accuracy` is that on the test images, `loss` the weighted sum of all training losses.
 */
export interface StopRule {
  readonly text: string;
  readonly quantity: "accuracy" | "validation" | "loss";
  readonly comparison: "<" | ">";
  readonly bound: number;
  /** The first epoch that is judged, 1-based. */
  readonly after: number;
}

/** Reads a rule; a sentence saying how to write one where it is none. */
export function parseStopRule(text: string): StopRule | string {
  const match =
    /^\s*(accuracy|validation|loss)\s*(<|>)\s*(\d+(?:\.\d+)?)\s*(%?)\s*(?:after\s+(\d+)(?:\s+epochs?)?)?\s*$/.exec(
      text,
    );
  if (match === null) return "write it as in `accuracy < 20% after 5`, `validation < 20%` or `loss > 3`";
  const [, quantity, comparison, number, sign, after] = match;
  if (quantity === "loss" && sign === "%") return "a loss has no percent sign: `loss > 3 after 5`";
  const bound = Number(number) / (sign === "%" ? 100 : 1);
  if (quantity !== "loss" && bound > 1) return "an accuracy is between 0 and 1, or has a percent sign";
  return {
    text: text.trim().replaceAll(/\s+/g, " "),
    quantity: quantity as StopRule["quantity"],
    comparison: comparison as StopRule["comparison"],
    bound,
    after: Number(after ?? 1),
  };
}

/** Whether a finished epoch ends the trial. Without validation images a rule about them ends none. */
export function stops(rule: StopRule, { epoch, test, validation, train }: EpochRecord): boolean {
  if (epoch < rule.after) return false;
  const value = { accuracy: test.accuracy, validation: validation?.accuracy, loss: train.total }[rule.quantity];
  if (value === undefined) return false;
  return rule.comparison === "<" ? value < rule.bound : value > rule.bound;
}
