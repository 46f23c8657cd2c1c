import { eachHead } from "../heads.ts";
import type { Rule } from "../rule.ts";

export const smallContrastBatch: Rule = {
  name: "small-contrast-batch",
  code: "LL5504",
  severity: "warning",
  summary: "A contrastive loss sees too few samples of each class in a batch.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    eachHead(context, ({ head, span, model }) => {
      if (!head.fragment.nodes.some(({ operation }) => operation === "supervised_contrastive")) return;
      const perClass = model.recipe.batch / model.classes;
      if (perClass >= 4) return;
      context.report({
        span,
        message: `a batch of ${model.recipe.batch} holds about ${perClass.toFixed(1)} samples of each of ${model.classes} classes`,
        help: "a sample without another one of its class adds nothing to the loss; take a larger batch or cross-entropy",
      });
    });
  },
};
