import { countParameters } from "../../3-scope/measure-fragment.ts";
import { splitSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const loneStem: Rule = {
  name: "lone-stem",
  code: "LL4502",
  severity: "warning",
  summary: "The first module holds nothing but the stem.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, model, scoped } of context.models) {
      const first = scoped.modules[0]?.units;
      const [stem] = model.backbone.units;
      if (scoped.modules.length < 2 || first?.length !== 1 || stem?.address !== "stem") continue;
      context.report({
        span: splitSpan(declaration),
        message: "the first module is the stem alone",
        label: `a head trains one layer of ${countParameters(stem.fragment)} parameters`,
        help: `cut after a later unit, or keep it with the next one: \`with stem + ${model.backbone.units[1]?.address}\``,
      });
    }
  },
};
