import { datasetOf } from "../datasets.ts";
import { itemOf } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const wrongInputShape: Rule = {
  name: "wrong-input-shape",
  code: "LL6511",
  severity: "warning",
  summary: "The model's input is not the size of its dataset's images.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, model } of context.models) {
      const dataset = datasetOf(model.recipe.data);
      const item = itemOf(declaration, "Input");
      if (dataset === undefined || item === undefined) continue;
      const { shape } = dataset;
      const isFlat =
        model.inputShape.length === 1 && model.inputShape[0] === shape.reduce((product, length) => product * length, 1);
      if (isFlat || shape.join() === model.inputShape.join()) continue;
      context.report({
        span: item.span,
        message: `images of \`${dataset.name}\` are [${shape.join(", ")}], the model's input is [${model.inputShape.join(", ")}]`,
      });
    }
  },
};
