import { carriesGradient, eachHead } from "../heads.ts";
import type { Rule } from "../rule.ts";

/** Losses whose second argument is what the first should become. */
const distances: ReadonlySet<string> = new Set(["mean_squared_error", "binary_cross_entropy"]);

export const trainedTarget: Rule = {
  name: "trained-target",
  code: "LL5503",
  severity: "warning",
  summary: "The target of a loss carries a gradient: the loss can be lowered by moving the target.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    eachHead(context, ({ head, span }) => {
      for (const { operation, inputs } of head.fragment.nodes) {
        const target = inputs[1];
        if (!distances.has(operation) || target === undefined || !carriesGradient(head.fragment, target)) continue;
        context.report({
          span,
          message: `the target of \`${operation}\` in \`${head.name}\` is trained with the rest`,
          help: "put it in `detach(…)`, or the two sides may meet at a constant",
        });
      }
    });
  },
};
