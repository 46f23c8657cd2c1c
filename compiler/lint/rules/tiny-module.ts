import { countParameters } from "../../3-scope/measure-fragment.ts";
import { splitSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

/** Below this share of the backbone's parameters a module can hardly learn more than its head. */
const smallestShare = 0.001;

export const tinyModule: Rule = {
  name: "tiny-module",
  code: "LL4510",
  severity: "info",
  summary: "A local module has hardly anything to learn with.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, model, scoped } of context.models) {
      const count = scoped.modules.length;
      const sizes = scoped.modules.map(({ units }) =>
        units.reduce((sum, { fragment }) => sum + countParameters(fragment), 0),
      );
      const all = sizes.reduce((sum, size) => sum + size, 0);
      for (const { index, units } of scoped.modules) {
        const size = sizes[index - 1] ?? 0;
        const isStemAlone = index === 1 && units.length === 1 && model.backbone.units[0]?.address === "stem";
        // A module without any weights, and the stem alone, have rules of their own.
        if (index === count || size === 0 || isStemAlone || size >= smallestShare * all) continue;
        const share = ((100 * size) / all).toFixed(2);
        context.report({
          span: splitSpan(declaration),
          message: `module ${index} has ${size} of the backbone's ${all} parameters (${share} %)`,
          label: units.map(({ address }) => address).join(", "),
          help: "what it learns is in its head, which is thrown away; give it more units",
        });
      }
    }
  },
};
