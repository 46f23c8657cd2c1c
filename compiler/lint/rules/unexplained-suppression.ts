import type { Rule } from "../rule.ts";

/** Reported by `suppression-rules.ts`, once every other rule has spoken. */
export const unexplainedSuppression: Rule = {
  name: "unexplained-suppression",
  code: "LL2602",
  severity: "warning",
  summary: "A suppression gives no reason.",
  since: "0.1.0",
  fixable: "no",
};
