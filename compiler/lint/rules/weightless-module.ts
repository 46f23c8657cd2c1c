import { countParameters } from "../../3-scope/measure-fragment.ts";
import { splitSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const weightlessModule: Rule = {
  name: "weightless-module",
  code: "LL4504",
  severity: "warning",
  summary: "A local module has nothing to train.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, scoped } of context.models) {
      for (const { index, units } of scoped.modules) {
        // The last module's head is the network's own classifier.
        if (index === scoped.modules.length || units.some(({ fragment }) => countParameters(fragment) > 0)) continue;
        const names = units.map(({ address }) => `\`${address}\``).join(", ");
        context.report({
          span: splitSpan(declaration),
          message: `module ${index} has no weights: ${names}`,
          help: "its head would train itself alone; move the cut",
        });
      }
    }
  },
};
