import type { VaryItem } from "../../../grammar/index.ts";
import { elaborate } from "../../2-elaborate/elaborate.ts";
import { countParameters } from "../../3-scope/measure-fragment.ts";
import { pathText } from "../ablation-paths.ts";
import type { LintContext, Rule } from "../rule.ts";

/** Variants within this factor of one another count as equal. */
const tolerance = 1.05;
/** Values that are made into networks to be counted; more would keep an editor waiting. */
const mostValues = 16;

export const unequalParameters: Rule = {
  name: "unequal-parameters",
  code: "LL7508",
  severity: "info",
  summary: "Variants have networks of different sizes.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const declaration of context.tree.declarations) {
      if (declaration.kind !== "Ablate") continue;
      for (const item of declaration.items) if (item.kind === "Vary") look(context, item, declaration.of.text);
    }
  },
};

/** What belongs to training alone is not counted: heads may differ, that is what many studies are about. */
function look(context: LintContext, { paths, rows }: VaryItem, model: string): void {
  const [path] = paths;
  if (path === undefined || paths.length > 1 || path.parts[0]?.text !== "backbone" || rows.length > mostValues) return;
  const sizes = rows.flatMap(([value]) => {
    if (value === undefined) return [];
    const made = elaborate(context.project, {
      model,
      set: { [pathText(path)]: context.text.slice(value.span.start, value.span.end) },
    }).value;
    return made === undefined
      ? []
      : [made.backbone.units.reduce((sum, { fragment }) => sum + countParameters(fragment), 0)];
  });
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  if (sizes.length < 2 || most <= tolerance * least) return;
  context.report({
    span: path.span,
    message: `variants have ${least.toLocaleString("en-US")} to ${most.toLocaleString("en-US")} parameters`,
    help: "a larger network is often better for that reason alone; adapt widths, or say that size is what is studied",
  });
}
