import { splitSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const unevenSplit: Rule = {
  name: "uneven-split",
  code: "LL4511",
  severity: "info",
  summary: "The units do not divide into this many modules: where the rest goes is a matter of rounding.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, model, scoped } of context.models) {
      const { split } = model;
      if (split.kind !== "into" || split.measure !== "units" || split.together.length > 0) continue;
      const count = model.backbone.units.length;
      const isStemExtra = model.backbone.units[0]?.address === "stem" && (count - 1) % split.count === 0;
      // What `stem-counted-as-unit` says is not said again.
      if (split.count < 2 || count % split.count === 0 || isStemExtra) continue;
      const sizes = scoped.modules.map(({ units }) => units.length);
      context.report({
        span: splitSpan(declaration),
        message: `${count} units do not divide into ${split.count}: the modules have ${sizes.join(", ")}`,
        label: "codes that round up, down or to even cut elsewhere",
        help: "name the cuts (`split after …`) to have those of a paper, or divide by another measure",
      });
    }
  },
};
