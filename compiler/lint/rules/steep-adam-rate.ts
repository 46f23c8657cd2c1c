import { trainSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const steepAdamRate: Rule = {
  name: "steep-adam-rate",
  code: "LL6509",
  severity: "warning",
  summary: "Adam is given a learning rate that is usual for SGD.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, model } of context.models) {
      const { optimizer, rate } = model.recipe;
      const highest = rate.kind === "constant" ? rate.value : rate.kind === "cosine" ? rate.peak : rate.initial;
      if (optimizer.kind === "sgd" || highest < 0.03) continue;
      context.report({
        span: trainSpan(context, declaration, "rate"),
        message: `rate ${highest} with \`${optimizer.kind}\` moves every weight by about ${highest} in a step`,
        help: "0.001 is usual",
      });
    }
  },
};
