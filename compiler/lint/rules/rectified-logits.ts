import { eachHead, producer } from "../heads.ts";
import type { Rule } from "../rule.ts";

export const rectifiedLogits: Rule = {
  name: "rectified-logits",
  code: "LL5507",
  severity: "warning",
  summary: "Logits pass an activation that cuts off what they may say.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    eachHead(context, ({ head, span }) => {
      for (const { operation, inputs } of head.fragment.nodes) {
        const activation = producer(head.fragment, inputs[0])?.operation ?? "";
        if (!/^(?:binary_)?cross_entropy$/.test(operation) || !["relu", "gelu"].includes(activation)) continue;
        context.report({
          span,
          message: `\`${operation}\` is given what \`${activation}\` returns`,
          help: "a logit must be able to say no: end in `dense` or `conv`",
        });
      }
    });
  },
};
