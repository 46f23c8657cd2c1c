import { pathText } from "../ablation-paths.ts";
import type { Rule } from "../rule.ts";

const unequal: ReadonlySet<string> = new Set(["train.epochs", "epochs"]);

export const unequalEpochs: Rule = {
  name: "unequal-epochs",
  code: "LL7502",
  severity: "warning",
  summary: "Some variants are trained longer than others.",
  since: "0.1.0",
  fixable: "no",
  create: ({ report }) => ({
    Vary({ paths }) {
      for (const path of paths) {
        if (!unequal.has(pathText(path)) || paths.length > 1) continue;
        report({
          span: path.span,
          message: "variants are trained for different numbers of epochs",
          help: "compare at equal epochs, or say in the report that training time is what is studied",
        });
      }
    },
  }),
};
