import type { AblateDeclaration } from "../../../grammar/index.ts";
import { pathText } from "../ablation-paths.ts";
import { itemOf } from "../model-items.ts";
import type { LintContext, Rule } from "../rule.ts";

/** What is searched for, rather than compared. */
const knobs = /^(?:train\.)?(?:rate|optimizer|batch|label_smoothing|augment)(?:\.|$)/;
/** So many values are a search. */
const searched = 4;

export const tunedOnTest: Rule = {
  name: "tuned-on-test",
  code: "LL7509",
  severity: "warning",
  summary: "The best of many settings is picked by the images it is then measured on.",
  since: "0.1.0",
  fixable: "no",
  create: (context) => ({
    Ablate(study) {
      const { items } = study;
      if (items.some(({ kind }) => kind === "Compare") || holdsOut(context, study)) return;
      for (const item of items) {
        if (item.kind !== "Vary" || item.rows.length < searched) continue;
        const [path] = item.paths;
        if (path === undefined || !item.paths.every((each) => knobs.test(pathText(each)))) continue;
        context.report({
          span: path.span,
          message: `${item.rows.length} settings are searched, and test accuracy is all there is to pick one by`,
          help: "hold images out with `validation: 0.1` in the recipe and pick by their accuracy, or fix the baseline with `compare to` and report all variants",
        });
      }
    },
  }),
};

/** Whether the studied model's recipe holds images out to pick by, as far as its files say. */
function holdsOut({ project }: LintContext, { of }: AblateDeclaration): boolean {
  const { main } = project;
  const own = main.models.find(({ name }) => name.text === of.text);
  const imported = main.importedModels.get(of.text);
  const model = own ?? imported?.declaration;
  const file = own === undefined ? imported?.file : main;
  const train = model && itemOf(model, "Train");
  const written = train?.fields.find(({ name }) => name.text === "validation");
  const recipe = train?.recipe && file?.recipes.get(train.recipe.text)?.declaration;
  const field = written ?? recipe?.fields.find(({ name }) => name.text === "validation");
  return field !== undefined && !(field.value.kind === "Number" && field.value.value === 0);
}
