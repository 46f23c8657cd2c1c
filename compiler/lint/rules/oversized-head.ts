import { countMacs } from "../../3-scope/measure-fragment.ts";
import { selectHead } from "../../3-scope/select-head.ts";
import { headSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const oversizedHead: Rule = {
  name: "oversized-head",
  code: "LL4505",
  severity: "info",
  summary: "A local head computes more than the module it trains.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, model, scoped } of context.models) {
      const count = scoped.modules.length;
      const reported = new Set<unknown>();
      for (const { index, units, head } of scoped.modules) {
        const assignment = selectHead(model, index, count);
        if (head === undefined || index === count || reported.has(assignment)) continue;
        const work = units.reduce(
          (sum, { fragment }) => sum + countMacs(fragment, fragment.output === undefined ? [] : [fragment.output]),
          0,
        );
        const extra = countMacs(
          head.fragment,
          head.fragment.losses.map(({ value }) => value),
        );
        if (extra <= work) continue;
        reported.add(assignment);
        context.report({
          span: headSpan(context, declaration, assignment),
          message: `the head of module ${index} computes more than the module: ${millions(extra)} and ${millions(work)} multiply-adds per sample`,
          help: "a smaller head, or fewer modules, would train faster",
        });
      }
    }
  },
};

function millions(macs: number): string {
  return `${(macs / 1e6).toFixed(macs < 1e6 ? 3 : 1)} million`;
}
