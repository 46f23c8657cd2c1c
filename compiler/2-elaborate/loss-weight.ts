import type { LossWeight } from "../../runtime/program/loss-weight.ts";
import type { Evaluation } from "./evaluation.ts";
import { expectInteger, expectNumber } from "./expect.ts";
import type { Given } from "./value.ts";

/** The weight of a loss: a number, or `schedule(start, end, epochs = n)`. One that never changes becomes a number. */
export function lossWeightOf(given: Given, evaluation: Evaluation): LossWeight | undefined {
  if (given.value.kind !== "part" || given.value.name !== "schedule")
    return expectNumber(given, "a number or `schedule(…)` for the weight", evaluation);
  const { fields } = given.value;
  const start = expectNumber(fields["start"] as Given, "a number for `start`", evaluation);
  const end = expectNumber(fields["end"] as Given, "a number for `end`", evaluation);
  const length = fields["epochs"];
  const epochs = length && expectInteger(length, "an int for `epochs`", evaluation);
  if (start === undefined || end === undefined) return undefined;
  if (length === undefined) return start === end ? start : { start, end };
  if (epochs === undefined) return undefined;
  if (epochs < 2) {
    const message = `\`epochs\` of a schedule must be at least 2, found ${epochs}`;
    const help = "the weight is `start` in epoch 1 and `end` in epoch `epochs`";
    evaluation.report("argument-out-of-range", { message }, { place: length.place, help });
    return undefined;
  }
  return start === end ? start : { start, end, epochs };
}
