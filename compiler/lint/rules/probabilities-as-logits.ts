import { eachHead, producer } from "../heads.ts";
import type { Rule } from "../rule.ts";

const doubled: ReadonlyMap<string, string> = new Map([
  ["cross_entropy", "softmax"],
  ["binary_cross_entropy", "sigmoid"],
]);

export const probabilitiesAsLogits: Rule = {
  name: "probabilities-as-logits",
  code: "LL5506",
  severity: "warning",
  summary: "A loss that applies softmax or sigmoid itself is given probabilities.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    eachHead(context, ({ head, span }) => {
      for (const { operation, inputs } of head.fragment.nodes) {
        const own = doubled.get(operation);
        if (own === undefined || producer(head.fragment, inputs[0])?.operation !== own) continue;
        context.report({
          span,
          message: `\`${operation}\` applies \`${own}\` itself, and is given what \`${own}\` returns`,
          help: `remove \`${own}\`: its gradients vanish when it is applied twice`,
        });
      }
    });
  },
};
