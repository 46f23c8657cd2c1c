import { trainSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const nesterovWithoutMomentum: Rule = {
  name: "nesterov-without-momentum",
  code: "LL6508",
  severity: "warning",
  summary: "Nesterov's step without momentum is the plain step.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, model } of context.models) {
      const { optimizer } = model.recipe;
      if (optimizer.kind !== "sgd" || !optimizer.nesterov || optimizer.momentum > 0) continue;
      context.report({
        span: trainSpan(context, declaration, "optimizer"),
        message: "`nesterov = true` does nothing without momentum",
        help: "give `momentum`, for example 0.9; it is 0 where it is not given",
      });
    }
  },
};
