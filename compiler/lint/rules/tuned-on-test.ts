import { pathText } from "../ablation-paths.ts";
import type { Rule } from "../rule.ts";

/** What is searched for, rather than compared. */
const knobs = /^(?:train\.)?(?:rate|optimizer|batch|label_smoothing|augment)(?:\.|$)/;
/** So many values are a search. */
const searched = 4;

export const tunedOnTest: Rule = {
  name: "tuned-on-test",
  code: "LL7509",
  severity: "warning",
  summary: "The best of many settings is picked by the images it is then measured on.",
  since: "0.1.0",
  fixable: "no",
  create: ({ report }) => ({
    Ablate({ items }) {
      if (items.some(({ kind }) => kind === "Compare")) return;
      for (const item of items) {
        if (item.kind !== "Vary" || item.rows.length < searched) continue;
        const [path] = item.paths;
        if (path === undefined || !item.paths.every((each) => knobs.test(pathText(each)))) continue;
        report({
          span: path.span,
          message: `${item.rows.length} settings are searched, and test accuracy is all there is to pick one by`,
          help: "fix the baseline with `compare to` and report all variants, or search on another dataset and test once",
        });
      }
    },
  }),
};
