import { additionalArgument, argumentOf, trainField, trainSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const decayedNormalization: Rule = {
  name: "decayed-normalization",
  code: "LL6504",
  severity: "warning",
  summary: "AdamW decays biases and the scales of normalisations.",
  since: "0.1.0",
  fixable: "unsafe",
  check(context) {
    for (const { declaration, model, scoped } of context.models) {
      const { optimizer } = model.recipe;
      if (optimizer.kind !== "adamw" || optimizer.weightDecay === 0 || optimizer.noDecay.includes("norm")) continue;
      const isNormalized = scoped.owners.some(({ weights }) =>
        weights.some(({ specification }) => specification.group === "norm"),
      );
      if (!isNormalized) continue;
      const field = trainField(context, declaration, "optimizer");
      const title = 'add `no_decay = ["bias", "norm"]`';
      const isOpen = field !== undefined && argumentOf(field.value, "no_decay") === undefined;
      const fix = isOpen
        ? { title, edits: [additionalArgument(field.value, 'no_decay = ["bias", "norm"]')] }
        : undefined;
      const help = "the papers that train with AdamW leave these out";
      context.report({
        span: field?.span ?? trainSpan(context, declaration, "optimizer"),
        message: "weight decay pulls the scales of normalisations to 0",
        help,
        ...(fix && { fix }),
      });
    }
  },
};
