import { eachHead, producer } from "../heads.ts";
import type { Rule } from "../rule.ts";

export const unnormalizedContrast: Rule = {
  name: "unnormalized-contrast",
  code: "LL5505",
  severity: "warning",
  summary: "A contrastive loss compares features of different lengths.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    eachHead(context, ({ head, span }) => {
      for (const { operation, inputs } of head.fragment.nodes) {
        if (operation !== "supervised_contrastive" || producer(head.fragment, inputs[0])?.operation === "normalize")
          continue;
        context.report({
          span,
          message: `\`${head.name}\` contrasts features that are not normalised`,
          help: "write `supervised_contrastive(normalize(features), label)`",
        });
      }
    });
  },
};
