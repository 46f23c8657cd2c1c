import type { LossWeight } from "../../../runtime/program/loss-weight.ts";
import type { HeadAssignment } from "../../2-elaborate/model.ts";
import { selectHead } from "../../3-scope/select-head.ts";
import { headSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const zeroWeightLoss: Rule = {
  name: "zero-weight-loss",
  code: "LL5501",
  severity: "warning",
  summary: "A loss has weight 0 in every module: it trains nothing, and its layers still run.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, model, scoped } of context.models) {
      const count = scoped.modules.length;
      const weights = new Map<HeadAssignment, Map<string, LossWeight[]>>();
      for (const { index, head } of scoped.modules) {
        const assignment = selectHead(model, index, count);
        if (assignment === undefined) continue;
        const losses = weights.get(assignment) ?? new Map<string, LossWeight[]>();
        weights.set(assignment, losses);
        for (const { name, weight } of head?.fragment.losses ?? [])
          losses.set(name, [...(losses.get(name) ?? []), weight]);
      }
      for (const [assignment, losses] of weights) {
        for (const [name, all] of losses) {
          if (all.some((weight) => weight !== 0)) continue;
          context.report({
            span: headSpan(context, declaration, assignment),
            message: `the loss \`${name}\` has weight 0 in ${all.length === 1 ? "its module" : "all its modules"}`,
            help: "its layers run, their statistics move and weight decay acts; `off`, or a head without this loss, removes it",
          });
        }
      }
    }
  },
};
