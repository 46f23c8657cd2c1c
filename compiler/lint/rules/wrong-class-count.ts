import { datasetOf } from "../datasets.ts";
import { itemOf } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const wrongClassCount: Rule = {
  name: "wrong-class-count",
  code: "LL6510",
  severity: "warning",
  summary: "The model has another number of classes than its dataset.",
  since: "0.1.0",
  fixable: "unsafe",
  check(context) {
    for (const { declaration, model } of context.models) {
      const dataset = datasetOf(model.recipe.data);
      const item = itemOf(declaration, "Classes");
      if (dataset === undefined || item === undefined || dataset.classes === model.classes) continue;
      const fix = {
        title: `write ${dataset.classes}`,
        edits: [{ span: item.count.span, text: String(dataset.classes) }],
      };
      context.report({
        span: item.span,
        ...(model.classes === dataset.classes + 1 && {
          help: "files that count their labels from 1 have no class 0: llnet counts them from 0 itself",
        }),
        message: `\`${dataset.name}\` has ${dataset.classes} classes, the model ${model.classes}`,
        fix,
      });
    }
  },
};
