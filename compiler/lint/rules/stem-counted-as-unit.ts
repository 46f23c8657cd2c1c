import { itemOf } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const stemCountedAsUnit: Rule = {
  name: "stem-counted-as-unit",
  code: "LL4503",
  severity: "info",
  summary: "The split is even without the stem, and uneven with it.",
  since: "0.1.0",
  fixable: "unsafe",
  check(context) {
    for (const { declaration, model } of context.models) {
      const { split } = model;
      const { units } = model.backbone;
      const [stem, next] = units;
      if (split.kind !== "into" || split.measure !== "units" || split.together.length > 0 || split.count < 2) continue;
      const isEvenWithout = (units.length - 1) % split.count === 0 && units.length % split.count !== 0;
      if (stem?.address !== "stem" || next === undefined || !isEvenWithout) continue;
      const item = itemOf(declaration, "Split");
      if (item === undefined) continue;
      const together = `with stem + ${next.address}`;
      context.report({
        span: item.span,
        message: `${units.length - 1} blocks divide evenly into ${split.count}, but the stem is counted as a unit too`,
        label: "the modules differ by one block from those of papers that do not count it",
        help: `\`${together}\` keeps the stem with the first block`,
        fix: {
          title: "count the stem with the first block",
          edits: [{ span: { start: item.span.end, end: item.span.end }, text: ` ${together}` }],
        },
      });
    }
  },
};
