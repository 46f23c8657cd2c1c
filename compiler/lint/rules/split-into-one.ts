import { wholeLines } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const splitIntoOne: Rule = {
  name: "split-into-one",
  code: "LL4508",
  severity: "info",
  summary: "A split into one module is no split.",
  since: "0.1.0",
  fixable: "safe",
  create: ({ text, report }) => ({
    Split({ span, split, together }) {
      if (split.kind !== "SplitInto" || split.count.kind !== "Number" || split.count.value !== 1 || together.length > 0)
        return;
      const fix = { title: "remove the split", edits: [{ span: wholeLines(text, span), text: "" }] };
      report({ span, message: "`split into 1` is what a model without a split is", fix });
    },
  }),
};
