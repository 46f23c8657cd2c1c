import { reportLoneAxes } from "../lone-axes.ts";
import type { Rule } from "../rule.ts";

export const unequalData: Rule = {
  name: "unequal-data",
  code: "LL7503",
  severity: "warning",
  summary: "Variants see different data.",
  since: "0.1.0",
  fixable: "no",
  create: reportLoneAxes(["train.data", "data", "train.normalize", "normalize", "train.validation"], {
    message: "variants are trained or tested on different data",
    help: "a difference in accuracy would be one of the data; make two ablations",
  }),
};
