import { reportLoneAxes } from "../lone-axes.ts";
import type { Rule } from "../rule.ts";

export const unequalEpochs: Rule = {
  name: "unequal-epochs",
  code: "LL7502",
  severity: "warning",
  summary: "Some variants are trained longer than others.",
  since: "0.1.0",
  fixable: "no",
  create: reportLoneAxes(["train.epochs", "epochs"], {
    message: "variants are trained for different numbers of epochs",
    help: "compare at equal epochs, or say in the report that training time is what is studied",
  }),
};
