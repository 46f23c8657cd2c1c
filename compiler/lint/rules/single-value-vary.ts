import { pathText } from "../ablation-paths.ts";
import type { Rule } from "../rule.ts";

export const singleValueVary: Rule = {
  name: "single-value-vary",
  code: "LL7505",
  severity: "warning",
  summary: "Something is varied over one value.",
  since: "0.1.0",
  fixable: "no",
  create: ({ report }) => ({
    Vary({ span, paths, rows }) {
      const [only] = rows;
      if (
        rows.length !== 1 ||
        only?.some(({ kind }) => kind === "Comprehension" || kind === "Range" || kind === "Reference") === true
      )
        return;
      report({
        span,
        message: `\`${paths.map(pathText).join(", ")}\` is varied over one value`,
        help: "give a second value, or set it in the model",
      });
    },
  }),
};
