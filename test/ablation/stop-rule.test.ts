import { expect, test } from "vitest";
import { parseStopRule, type StopRule, stops } from "../../tools/ablation/stop-rule.ts";
import { recordOf } from "../train/support/records.ts";

function rule(text: string): StopRule {
  const parsed = parseStopRule(text);
  if (typeof parsed === "string") throw new Error(parsed);
  return parsed;
}

test("a rule may look at test accuracy, validation accuracy or the training loss", () => {
  const record = recordOf(5, 0.3, 0.6);
  expect(stops(rule("accuracy < 50%"), record)).toBe(false);
  expect(stops(rule("validation < 50%"), record)).toBe(true);
  expect(stops(rule("validation < 0.25 after 2"), record)).toBe(false);
  expect(stops(rule("loss > 0.5"), record)).toBe(true);
});

test("a rule waits for the epoch it names", () => {
  expect(stops(rule("validation < 50% after 6"), recordOf(5, 0.3))).toBe(false);
  expect(stops(rule("validation < 50% after 6"), recordOf(6, 0.3))).toBe(true);
});

test("a rule about validation images ends nothing where none are held out", () => {
  expect(stops(rule("validation < 50%"), recordOf(5))).toBe(false);
});

test.each(["validation < 3", "loss > 3%", "tests < 3", "validation"])("`%s` is no rule", (text) => {
  expect(parseStopRule(text)).toEqual(expect.any(String));
});
