import { additionalArgument, argumentOf, trainField, trainSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const idleLastEpoch: Rule = {
  name: "idle-last-epoch",
  code: "LL6503",
  severity: "info",
  summary: "The last epoch is run at rate 0, and it is a good part of the training.",
  since: "0.1.0",
  fixable: "unsafe",
  check(context) {
    for (const { declaration, model } of context.models) {
      const { rate, epochs } = model.recipe;
      if (rate.kind !== "cosine" || rate.per === "step" || epochs < 2 || epochs > 20) continue;
      const field = trainField(context, declaration, "rate");
      const title = "follow the cosine per step";
      const fix =
        field?.value.kind === "Call" && argumentOf(field.value, "per") === undefined
          ? { title, edits: [additionalArgument(field.value, 'per = "step"')] }
          : undefined;
      context.report({
        span: field?.span ?? trainSpan(context, declaration, "rate"),
        message: `the last of ${epochs} epochs runs at rate 0`,
        label: "only statistics of normalisations move in it",
        ...(fix && { fix }),
      });
    }
  },
};
