import { trainSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const milestoneBeyondTraining: Rule = {
  name: "milestone-beyond-training",
  code: "LL6502",
  severity: "warning",
  summary: "The rate is to drop after the last epoch.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, model } of context.models) {
      const { rate, epochs } = model.recipe;
      if (rate.kind !== "steps") continue;
      const late = rate.at.filter((epoch) => epoch > epochs);
      if (late.length === 0) continue;
      context.report({
        span: trainSpan(context, declaration, "rate"),
        message: `no epoch ${late.join(", ")} in ${epochs} epochs of training`,
        label: "these drops never happen",
      });
    }
  },
};
