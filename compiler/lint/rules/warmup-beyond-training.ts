import { trainSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const warmupBeyondTraining: Rule = {
  name: "warmup-beyond-training",
  code: "LL6501",
  severity: "warning",
  summary: "The warm-up is as long as the training: the rate never reaches its peak.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, model } of context.models) {
      const { rate, epochs } = model.recipe;
      if (rate.kind === "constant" || rate.warmup === 0 || rate.warmup < epochs) continue;
      context.report({
        span: trainSpan(context, declaration, "rate"),
        message: `${rate.warmup} epochs of warm-up in ${epochs} epochs of training`,
        help: "shorten `warmup`, or train longer",
      });
    }
  },
};
