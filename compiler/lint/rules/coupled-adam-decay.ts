import { trainField, trainSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const coupledAdamDecay: Rule = {
  name: "coupled-adam-decay",
  code: "LL6505",
  severity: "warning",
  summary: "Adam divides weight decay by the size of gradients.",
  since: "0.1.0",
  fixable: "unsafe",
  check(context) {
    for (const { declaration, model } of context.models) {
      const { optimizer } = model.recipe;
      if (optimizer.kind !== "adam" || optimizer.weightDecay === 0 || optimizer.decayMode !== "coupled") continue;
      const field = trainField(context, declaration, "optimizer");
      const callee = field?.value.kind === "Call" ? field.value.callee : undefined;
      const fix = callee && { title: "use `adamw`", edits: [{ span: callee.span, text: "adamw" }] };
      const help = '`adamw`, or `decay_mode = "decoupled"`, decays all weights alike';
      context.report({
        span: field?.span ?? trainSpan(context, declaration, "optimizer"),
        message: "Adam decays weights with large gradients less",
        help,
        ...(fix && { fix }),
      });
    }
  },
};
