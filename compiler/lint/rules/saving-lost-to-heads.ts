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
      const costs = costModules(model, "memory", count);
      const whole = costModules(model, "memory", 1).module([model.backbone.units.length]);
      const ends = scoped.modules.map(({ units }) => units.at(-1)?.index ?? 1);
      const largest = Math.max(...ends.map((_, index) => costs.module(ends.slice(0, index + 1))));
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
