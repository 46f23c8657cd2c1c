import { pathText } from "../ablation-paths.ts";
import type { Rule } from "../rule.ts";

const unequal: ReadonlySet<string> = new Set([
  "train.data",
  "data",
  "train.normalize",
  "normalize",
  "train.validation",
]);

export const unequalData: Rule = {
  name: "unequal-data",
  code: "LL7503",
  severity: "warning",
  summary: "Variants see different data.",
  since: "0.1.0",
  fixable: "no",
  create: ({ report }) => ({
    Vary({ paths }) {
      for (const path of paths) {
        if (!unequal.has(pathText(path)) || paths.length > 1) continue;
        report({
          span: path.span,
          message: "variants are trained or tested on different data",
          help: "a difference in accuracy would be one of the data; make two ablations",
        });
      }
    },
  }),
};
