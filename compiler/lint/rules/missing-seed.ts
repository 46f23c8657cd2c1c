import type { TrainItem } from "../../../grammar/index.ts";
import { itemOf } from "../model-items.ts";
import type { LintContext, Rule } from "../rule.ts";

export const missingSeed: Rule = {
  name: "missing-seed",
  code: "LL6506",
  severity: "info",
  summary: "A model says how it is trained, and not from which seed.",
  since: "0.1.0",
  fixable: "safe",
  check(context) {
    for (const { declaration, model } of context.models) {
      const train = itemOf(declaration, "Train");
      if (train === undefined || hasSeed(context, train)) continue;
      const text = `seed: ${model.recipe.seed}`;
      const end = train.fields.at(-1)?.span.end;
      const at = end ?? train.span.end;
      const inserted = end === undefined ? ` {\n    ${text}\n  }` : `\n    ${text}`;
      const fix = {
        title: `write the seed that is used, ${model.recipe.seed}`,
        edits: [{ span: { start: at, end: at }, text: inserted }],
      };
      const isOpen = train.fields.length > 0 || train.recipe !== undefined;
      context.report({
        span: train.recipe?.span ?? { start: train.span.start, end: train.span.start + 5 },
        message: `\`${declaration.name.text}\` names no seed`,
        label: `it is trained from seed ${model.recipe.seed}`,
        ...(isOpen && { fix }),
      });
    }
  },
};

function hasSeed({ project }: LintContext, { fields, recipe }: TrainItem): boolean {
  const named = recipe === undefined ? undefined : project.main.recipes.get(recipe.text)?.declaration;
  return [...fields, ...(named?.fields ?? [])].some(({ name }) => name.text === "seed");
}
