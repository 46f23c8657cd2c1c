import { costModules } from "../../3-scope/costs.ts";
import { placeCuts } from "../../3-scope/place-cuts.ts";
import { itemOf, splitSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const unbalancedMemory: Rule = {
  name: "unbalanced-memory",
  code: "LL4501",
  severity: "info",
  summary: "Other cuts into as many modules need much less memory.",
  since: "0.1.0",
  fixable: "unsafe",
  check(context) {
    for (const { declaration, model, scoped } of context.models) {
      const { split } = model;
      const count = scoped.modules.length;
      if (split.kind === "none" || count < 2 || (split.kind === "into" && split.measure === "memory")) continue;
      const costs = costModules(model, "memory", count);
      const cuts = scoped.modules.slice(0, -1).map(({ units }) => units.at(-1)?.index ?? 0);
      const better = placeCuts({
        ...model,
        split: { kind: "into", count, measure: "memory", together: split.together, place: split.place },
      }).value;
      if (better === undefined) continue;
      const largest = (ends: readonly number[]): number => {
        const all = [...ends, model.backbone.units.length];
        return Math.max(...all.map((_, index) => costs.module(all.slice(0, index + 1))));
      };
      const now = largest(cuts);
      const possible = largest(better);
      if (now < 1.25 * possible) continue;
      const item = itemOf(declaration, "Split");
      const addresses = better.map((unit) => model.backbone.units[unit - 1]?.address ?? "");
      const title = "cut where the largest module is smallest";
      const fix = item && { title, edits: [{ span: item.split.span, text: `after ${addresses.join(", ")}` }] };
      const saved = Math.round(100 * (1 - possible / now));
      context.report({
        span: splitSpan(declaration),
        message: `the largest module needs ${megabytes(now)} of activations; other cuts need ${megabytes(possible)}`,
        label: `${saved} % less is possible with ${count} modules`,
        help: "`by memory` finds the best cuts each time the model changes",
        ...(fix && { fix }),
      });
    }
  },
};

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
