import type { Rule } from "../rule.ts";

/** Reported by `suppression-rules.ts`, once every other rule has spoken. */
export const unusedSuppression: Rule = {
  name: "unused-suppression",
  code: "LL2601",
  severity: "warning",
  summary: "A suppression suppresses nothing.",
  since: "0.1.0",
  fixable: "safe",
};
