import type { Rule } from "../rule.ts";

/** Reported by `suppression-rules.ts`, once every other rule has spoken. */
export const unknownSuppression: Rule = {
  name: "unknown-suppression",
  code: "LL2603",
  severity: "warning",
  summary: "A suppression names no rule there is.",
  since: "0.1.0",
  fixable: "no",
};
