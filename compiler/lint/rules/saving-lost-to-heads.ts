import { costModules } from "../../3-scope/costs.ts";
import { splitSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const savingLostToHeads: Rule = {
  name: "saving-lost-to-heads",
  code: "LL4506",
  severity: "warning",
  summary: "Cutting the network saves no memory.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, model, scoped } of context.models) {
      const count = scoped.modules.length;
      if (count < 2) continue;
      const costs = costModules(model, "memory");
      const whole = costs.module(1, 1, 1, model.backbone.units.length);
      const largest = Math.max(
        ...scoped.modules.map(({ index, units }) =>
          costs.module(index, count, units[0]?.index ?? 1, units.at(-1)?.index ?? 1),
        ),
      );
      if (largest < 0.95 * whole) continue;
      context.report({
        span: splitSpan(declaration),
        message: `the largest of ${count} modules keeps as much for its backward pass as the network in one piece`,
        label: `${Math.round((100 * largest) / whole)} % of it`,
        help: "smaller heads, or `by memory`, would make the cuts worth it",
      });
    }
  },
};
